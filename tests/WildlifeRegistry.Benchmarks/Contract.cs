using System.Reflection;

namespace WildlifeRegistry.Benchmarks;

/// <summary>The contract's own operations, as callers send them.</summary>
internal static class Contract
{
    public const string Seizures = "02-seizures.graphql", Lookups = "03-lookups.graphql", Recording = "04-recording.graphql";

    public static string Text(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("contract/" + file)
            ?? throw new InvalidOperationException($"The benchmarks were built without {file}, which they measure.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
