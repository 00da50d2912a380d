using System.Collections.Frozen;
using System.Globalization;
using WildlifeRegistry.Seizures;

namespace WildlifeRegistry.Importing;

/// <summary>
/// C4ADS' second file, held whole while the first is read. Its column Unique has nothing to do with the row that it
/// stands in, and is passed over.
/// </summary>
public sealed class C4adsLegs
{
    /// <summary>Most rows of the file: it is held in memory.</summary>
    private const int MaxRows = 200_000;

    private static readonly (ChainRole Role, (string Country, string City)[] Columns)[] Legs =
    [
        (ChainRole.Origin, [.. Enumerable.Range(1, 3).Select(n => Numbered("Origin", n))]),
        (ChainRole.Transit, [.. Enumerable.Range(1, 4).Select(n => Numbered("Transit", n))]),
        (ChainRole.Destination, [Numbered("Destination", 1), Numbered("Destination", 2), ("Destination Country3", "Destination City 3")]),
    ];

    private static readonly string[] Columns =
        ["ID", "Seizure Country", "Seizure City", .. Legs.SelectMany(legs => legs.Columns).SelectMany(leg => new[] { leg.Country, leg.City })];

    private readonly FrozenDictionary<string, LegRow> rows;

    private C4adsLegs(FrozenDictionary<string, LegRow> rows, string encodingName)
    {
        this.rows = rows;
        EncodingName = encodingName;
    }

    public string EncodingName { get; }

    /// <exception cref="ImportException">The file cannot be read whole: without all of its legs no row would be imported as it is.</exception>
    public static C4adsLegs Read(string name, Func<Stream> open)
    {
        using var csv = CsvRows.Open(name, open, Columns);
        var found = new Dictionary<string, LegRow>(StringComparer.Ordinal);
        while (csv.Read())
        {
            var row = csv.Current;
            try
            {
                row.Check();
            }
            catch (RowRefusedException refused)
            {
                throw new ImportException(string.Create(CultureInfo.InvariantCulture, $"{name}, line {row.Line}{(refused.Column.Length == 0 ? "" : $", column {refused.Column}")}: {refused.Message}"));
            }

            if (found.Count == MaxRows || !found.TryAdd(row["ID"], new LegRow(
                row["Seizure Country"],
                row["Seizure City"] is { Length: > 0 } town ? town : null,
                [.. Legs.Select(legs => (legs.Role, Steps: legs.Columns.Select(leg => (Country: row[leg.Country], Town: row[leg.City])).Where(leg => leg.Country.Length + leg.Town.Length > 0).ToArray()))],
                [.. Columns.Select(column => row[column])])))
            {
                throw new ImportException(string.Create(CultureInfo.InvariantCulture, $"{name}, line {row.Line}: {(found.Count == MaxRows ? $"the file has more than {MaxRows:N0} rows" : $"the ID {row["ID"]} is there twice")}."));
            }
        }

        return new C4adsLegs(found.ToFrozenDictionary(StringComparer.Ordinal), csv.EncodingName);
    }

    public LegRow? Find(string id) => rows.GetValueOrDefault(id);

    private static (string Country, string City) Numbered(string kind, int number) =>
        (string.Create(CultureInfo.InvariantCulture, $"{kind} Country{number}"), string.Create(CultureInfo.InvariantCulture, $"{kind} City{number}"));
}

/// <summary>What the legs file says of one seizure.</summary>
/// <param name="Cells">Everything that was read, to tell whether it has changed.</param>
public sealed record LegRow(string Country, string? Town, IReadOnlyList<(ChainRole Role, (string Country, string Town)[] Steps)> Chain, IReadOnlyList<string> Cells)
{
    public IReadOnlyList<(string Country, string Town)> Steps(ChainRole role) => Chain.First(legs => legs.Role == role).Steps;
}
