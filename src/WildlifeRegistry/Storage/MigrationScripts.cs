using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace WildlifeRegistry.Storage;

/// <summary>The numbered scripts of an engine's schema, which the program carries; a store records each that it has by checksum.</summary>
internal static class MigrationScripts
{
    /// <summary>The scripts that a store does not have yet, in order.</summary>
    /// <param name="folder">Where the engine's scripts lie, e.g. <c>schema/sqlite/</c>.</param>
    /// <param name="applied">The checksums of those that the store has, by name.</param>
    /// <exception cref="StoreException">The store is newer than this program, or was made by another version of a script.</exception>
    public static List<(string Name, string Text)> Missing(string folder, IReadOnlyDictionary<string, string?> applied)
    {
        var known = All(folder);
        if (applied.Keys.Except(known.Select(script => script.Name), StringComparer.Ordinal).Order(StringComparer.Ordinal).FirstOrDefault() is { } newer)
        {
            throw new StoreException($"The store has the migration {newer}, which this program does not know: it is newer than the program. Start it with the program that made it, or a later one.", isTransient: false);
        }

        if (known.Where(script => applied.TryGetValue(script.Name, out var had) && !string.Equals(had, ChecksumOf(script.Text), StringComparison.Ordinal)).Select(script => script.Name).FirstOrDefault() is { } other)
        {
            throw new StoreException($"The store was made by another version of the migration {other}: this program would misread it.", isTransient: false);
        }

        return [.. known.Where(script => !applied.ContainsKey(script.Name))];
    }

    /// <summary>Succeeds where nothing is missing.</summary>
    /// <exception cref="StoreException">The store is older than this program.</exception>
    public static void None(IReadOnlyList<(string Name, string Text)> missing)
    {
        if (missing is [var (name, _), ..])
        {
            throw new StoreException($"The store does not have the migration {name} yet: it is older than this program, which brings it up to date when it serves.", isTransient: false);
        }
    }

    public static string ChecksumOf(string script) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(script)));

    private static List<(string Name, string Text)> All(string folder)
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                using var reader = new StreamReader(stream, Encoding.UTF8);
                return (name[folder.Length..], reader.ReadToEnd().ReplaceLineEndings("\n"));
            })];
    }
}
