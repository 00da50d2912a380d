using GraphQLParser;
using GraphQLParser.AST;

namespace WildlifeRegistry.Tests.Support;

/// <summary>What callers rely on: the operations and the assumed types, as they were agreed.</summary>
public static class ContractFiles
{
    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    public static string Folder { get; } = Path.Combine(Root, "tests", "WildlifeRegistry.Tests", "Contract", "Agreed");

    public static IReadOnlyList<string> Documents { get; } = [.. Directory.GetFiles(Folder, "0*.graphql").Select(path => File.ReadAllText(path))];

    public static string Assumed { get; } = File.ReadAllText(Path.Combine(Folder, "assumed.graphql"));

    /// <summary>The document that has an operation of this name.</summary>
    public static string DocumentWith(string operation) => Documents.Single(document => Operations(document).Contains(operation, StringComparer.Ordinal));

    public static IEnumerable<string> Operations(string document) =>
        Parser.Parse(document).Definitions.OfType<GraphQLOperationDefinition>().Select(definition => definition.Name!.StringValue);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "WildlifeRegistry.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside their repository.");
        }

        return folder.FullName;
    }
}
