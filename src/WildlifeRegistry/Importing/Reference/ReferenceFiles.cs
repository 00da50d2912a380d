using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using CsvHelper;
using CsvHelper.Configuration;

namespace WildlifeRegistry.Importing.Reference;

/// <summary>The files that the program ships under <c>schema/</c>.</summary>
public static class ReferenceFiles
{
    public static Stream Open(string name) => Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
        ?? throw new InvalidOperationException($"The program was built without {name}.");

    /// <summary>SHA-256 of the named files, in order.</summary>
    public static string Checksum(params IEnumerable<string> names)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in names)
        {
            using var stream = Open(name);
            var buffer = new byte[81920];
            int read;
            while ((read = stream.Read(buffer)) > 0)
            {
                hash.AppendData(buffer, 0, read);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The rows of a CSV file with a header, by column name; empty cells are empty texts.</summary>
    public static IEnumerable<IReadOnlyDictionary<string, string>> Rows(string name)
    {
        using var reader = new StreamReader(Open(name));
        using var csv = new CsvReader(reader, new CsvConfiguration(CultureInfo.InvariantCulture) { TrimOptions = TrimOptions.Trim });
        csv.Read();
        csv.ReadHeader();
        var header = csv.HeaderRecord!;
        while (csv.Read())
        {
            yield return header.Select((column, at) => KeyValuePair.Create(column, csv.GetField(at) ?? "")).ToDictionary(StringComparer.Ordinal);
        }
    }
}
