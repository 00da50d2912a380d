using WildlifeRegistry.Importing.Reference;
using WildlifeRegistry.Records;
using WildlifeRegistry.Species;

namespace WildlifeRegistry.Importing.Sheets;

/// <summary>
/// From the rows of a sheet to the inputs that mutations take: cells become the values that GraphQL would make of
/// them, so that one code reads both, and the gates are the same.
/// </summary>
public sealed class SeizureSheet
{
    private readonly Dictionary<string, SheetPlace> places;
    private readonly Dictionary<SheetPlace, string> columns;

    /// <exception cref="ImportException">The file lacks a column that every seizure needs, or has one twice.</exception>
    public SeizureSheet(IFileRows file, ColumnMapping mapping, CountryNames countries, TaxonTable taxa, CodeTable codes, RegistryKeys keys)
    {
        Countries = countries;
        Taxa = taxa;
        Codes = codes;
        Keys = keys;
        places = mapping.Of(file.Name, file.Header);
        columns = places.ToDictionary(place => place.Value, place => place.Key);
        Present = SeizureColumns.All
            .SelectMany(column => places.Values.Where(place => string.Equals(place.Key, column.Key, StringComparison.Ordinal)).Select(place => (column.Part, Column: (column.Key, place.Number))))
            .ToLookup(pair => pair.Part, pair => pair.Column);
        Unread = [.. file.Header.Where(column => column.Length > 0 && !ErrorFile.IsOwn(column) && !places.ContainsKey(column))];
        foreach (var needed in new[] { SeizureColumns.OccurredOn, SeizureColumns.Country })
        {
            if (!columns.ContainsKey(new SheetPlace(needed, 1)))
            {
                throw new ImportException($"{file.Name} has no column {SeizureColumns.Of(needed).English} ({SeizureColumns.Of(needed).Russian}): line 1 must have the headings of the template, or a mapping say which of yours it is.");
            }
        }

        if (!columns.ContainsKey(new SheetPlace(SeizureColumns.AgencyReference, 1)) && !columns.ContainsKey(new SheetPlace(SeizureColumns.SourceId, 1)))
        {
            throw new ImportException($"{file.Name} has no column {SeizureColumns.Of(SeizureColumns.AgencyReference).English} ({SeizureColumns.Of(SeizureColumns.AgencyReference).Russian}): by it a seizure is known again.");
        }
    }

    /// <summary>Columns of the file that are not imported, because the template does not have them.</summary>
    public IReadOnlyList<string> Unread { get; }

    /// <summary>The columns of each part that the file has, with the number of their repetition.</summary>
    internal ILookup<SheetPart, (string Key, int Number)> Present { get; }

    internal CountryNames Countries { get; }

    internal TaxonTable Taxa { get; }

    internal CodeTable Codes { get; }

    internal RegistryKeys Keys { get; }

    public bool IsRead(string column) => places.TryGetValue(column, out var place) && SeizureColumns.Of(place.Key).Part != SheetPart.Told;

    public bool HasLines(string column) => places.TryGetValue(column, out var place) && string.Equals(place.Key, SeizureColumns.Narrative, StringComparison.Ordinal);

    /// <summary>What the seizure of a row is known by: its source id, or else the agency's reference.</summary>
    public SheetCell? KeyOf(CsvRow row) => Cell(row, SeizureColumns.SourceId) ?? Cell(row, SeizureColumns.AgencyReference);

    /// <param name="isWanted">Which suspects and identifiers to take, by their digests; null: all.</param>
    /// <exception cref="RowRefusedException">A cell does not say what its column is for.</exception>
    public SheetSeizure Read(IReadOnlyList<CsvRow> rows, Func<string, bool>? isWanted = null)
    {
        var reading = new SheetReading(this, rows);
        var seizure = reading.Seizure(isWanted ?? (static _ => true));
        return reading.Faults.Count == 0 ? seizure : throw seizure.Refused(reading.Faults);
    }

    internal SheetCell? Cell(CsvRow row, string key, int number = 1)
    {
        if (!columns.TryGetValue(new SheetPlace(key, number), out var column))
        {
            return null;
        }

        // Line breaks wrap long text in a workbook's cell: only the narrative has lines that matter.
        var text = row[column];
        text = !text.AsSpan().ContainsAny('\r', '\n') || HasLines(column) ? text : string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return text.Length == 0 ? null : new SheetCell(row, column, text);
    }

    internal string Heading(string key) => columns.GetValueOrDefault(new SheetPlace(key, 1), SeizureColumns.Of(key).English);
}
