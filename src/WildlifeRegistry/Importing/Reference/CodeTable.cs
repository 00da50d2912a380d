using System.Collections.Frozen;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Importing.Reference;

/// <summary>The code lists of <c>schema/reference</c>.</summary>
public sealed class CodeTable
{
    public const string File = "schema/reference/codes.csv", Terms = "cites_term", Units = "cites_unit", Purposes = "cites_purpose";

    private readonly FrozenDictionary<(string List, string Folded), string> codes = ReferenceFiles.Rows(File)
        .DistinctBy(row => (row["list"], Folding.Fold(row["code"])))
        .ToFrozenDictionary(row => (row["list"], Folding.Fold(row["code"])), row => row["code"]);

    /// <summary>The code of a list as the list writes it; null where it has none such.</summary>
    public string? Find(string list, string code) => codes.GetValueOrDefault((list, Folding.Fold(code)));
}
