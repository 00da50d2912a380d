using System.Security.Cryptography;
using System.Text;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;

namespace WildlifeRegistry.Importing;

/// <summary>A kind of file: what its columns are called and what a row of it says.</summary>
public interface IImportFormat
{
    /// <summary>As the command line has it.</summary>
    string Name { get; }

    /// <summary>The columns that a file must have.</summary>
    IReadOnlyCollection<string> Columns { get; }

    /// <summary>True where rows have ids of their own; false where a row is known only by its content, and may occur again.</summary>
    bool HasOwnIds { get; }

    /// <exception cref="RowRefusedException">The row does not say what a seizure must say.</exception>
    ImportedRow Read(CsvRow row);
}

/// <summary>What a row says.</summary>
/// <param name="Key">The source's own id of it, or the digest of its content where it has none.</param>
/// <param name="Digest">SHA-256 of everything that was read for it.</param>
/// <param name="Seizure">Its specimens have ids of their own, made for this reading.</param>
/// <param name="Mentions">The names of species that it gives, each with what it was taken for.</param>
public sealed record ImportedRow(string Key, string Digest, Seizure Seizure, IReadOnlyList<Mention> Mentions)
{
    /// <summary>SHA-256 over texts, each ended by a mark that no cell can hold.</summary>
    public static string DigestOf(IEnumerable<string> cells) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(cells.Select(cell => cell + "\u001f")))));
}

/// <summary>A name of a species as a source gives it.</summary>
public sealed record Mention(string Name, bool Resolved);
