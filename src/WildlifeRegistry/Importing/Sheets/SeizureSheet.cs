using System.Globalization;
using System.Text.RegularExpressions;
using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Importing.Reference;
using WildlifeRegistry.Links;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Species;
using WildlifeRegistry.Suspects;

namespace WildlifeRegistry.Importing.Sheets;

/// <summary>A cell with something in it, and where it stands.</summary>
public sealed record SheetCell(CsvRow Row, string Column, string Text);

/// <summary>The rows of one seizure as the input of a mutation, and which cell each field of it came from.</summary>
/// <param name="Digest">SHA-256 of what it says of the seizure itself and its specimens.</param>
/// <param name="Parts">A digest of each suspect with its identifiers, then of each other identifier.</param>
public sealed record SheetSeizure(Dictionary<string, object?> Input, IReadOnlyDictionary<string, SheetCell> Cells, string Digest, IReadOnlyList<string> Parts)
{
    /// <summary>The refusals of an input, told by their cells: the first, with the others in its reason.</summary>
    public RowRefusedException Refused(IReadOnlyList<Refusal> refusals)
    {
        const int MostOthers = 4;
        var told = refusals.Select(refusal => (Cell: refusal is InvalidInput invalid ? CellOf(invalid.Field) : null, refusal.Message)).DistinctBy(fault => (fault.Cell?.Column, fault.Cell?.Row.Line, fault.Message)).ToList();
        var others = told.Skip(1).Take(MostOthers).Select(fault => fault.Cell is null ? fault.Message : $"{fault.Cell.Column} \"{fault.Cell.Text}\": {fault.Message}").ToList();
        var (cell, message) = told[0];
        var more = told.Count - 1 - others.Count;
        return new RowRefusedException(
            cell?.Column ?? "",
            cell?.Text ?? "",
            message + (others.Count == 0 ? "" : " Also: " + string.Join(" ", others)) + (more > 0 ? string.Create(CultureInfo.InvariantCulture, $" And {more} more.") : ""))
        {
            Row = cell?.Row,
        };
    }

    /// <summary>The cell of a field, or of the nearest that it is part of.</summary>
    private SheetCell? CellOf(string field)
    {
        for (var path = field; path.Length > 0; path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))])
        {
            if (Cells.TryGetValue(path, out var cell))
            {
                return cell;
            }
        }

        return null;
    }
}

/// <summary>
/// From the rows of a sheet to the inputs that mutations take: cells become the values that GraphQL would make of
/// them, so that one code reads both, and the gates are the same.
/// </summary>
public sealed partial class SeizureSheet
{
    private static readonly string[] OwnedIdentifiers = ["PHONE", "PASSPORT", "NATIONAL_ID", "IMEI", "EMAIL", "SOCIAL", "BANK_ACCOUNT", "COMPANY_REGISTRATION"];

    private readonly CountryNames countries;
    private readonly TaxonTable taxa;
    private readonly CodeTable codes;
    private readonly RegistryKeys keys;
    private readonly Dictionary<string, SheetPlace> places;
    private readonly Dictionary<SheetPlace, string> columns;
    private readonly ILookup<SheetPart, (string Key, int Number)> present;

    /// <exception cref="ImportException">The file lacks a column that every seizure needs, or has one twice.</exception>
    public SeizureSheet(IFileRows file, ColumnMapping mapping, CountryNames countries, TaxonTable taxa, CodeTable codes, RegistryKeys keys)
    {
        this.countries = countries;
        this.taxa = taxa;
        this.codes = codes;
        this.keys = keys;
        places = mapping.Of(file.Name, file.Header);
        columns = places.ToDictionary(place => place.Value, place => place.Key);
        present = SeizureColumns.All
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

    public bool IsRead(string column) => places.TryGetValue(column, out var place) && SeizureColumns.Of(place.Key).Part != SheetPart.Told;

    public bool HasLines(string column) => places.TryGetValue(column, out var place) && string.Equals(place.Key, SeizureColumns.Narrative, StringComparison.Ordinal);

    /// <summary>What the seizure of a row is known by: its source id, or else the agency's reference.</summary>
    public SheetCell? KeyOf(CsvRow row) => Cell(row, SeizureColumns.SourceId) ?? Cell(row, SeizureColumns.AgencyReference);

    /// <param name="isWanted">Which suspects and identifiers to take, by their digests; null: all.</param>
    /// <exception cref="RowRefusedException">A cell does not say what its column is for.</exception>
    public SheetSeizure Read(IReadOnlyList<CsvRow> rows, Func<string, bool>? isWanted = null)
    {
        var reading = new Reading(this, rows);
        var seizure = reading.Seizure(isWanted ?? (static _ => true));
        return reading.Faults.Count == 0 ? seizure : throw seizure.Refused(reading.Faults);
    }

    private SheetCell? Cell(CsvRow row, string key, int number = 1)
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

    private string Heading(string key) => columns.GetValueOrDefault(new SheetPlace(key, 1), SeizureColumns.Of(key).English);

    /// <summary>One seizure on its way from cells to input.</summary>
    private sealed class Reading(SeizureSheet sheet, IReadOnlyList<CsvRow> rows)
    {
        private readonly Dictionary<string, SheetCell> cells = new(StringComparer.Ordinal);

        public List<Refusal> Faults { get; } = [];

        public SheetSeizure Seizure(Func<string, bool> isWanted)
        {
            var input = new Dictionary<string, object?>(StringComparer.Ordinal);
            Agree();
            Lines(input);
            Closed(input);
            input["chain"] = Chain();
            var specimens = Parts(SheetPart.Specimen);
            input["specimens"] = specimens.Select((part, at) => Specimen(part, Path("specimens", at))).ToList();
            var digest = DigestOf(Own().Concat(specimens.SelectMany(part => part.Said)));
            var parts = People(input, isWanted);
            return new SheetSeizure(input, cells, digest, parts);
        }

        private static string Path(string list, int at) => string.Create(CultureInfo.InvariantCulture, $"{list}[{at}]");

        private static string DigestOf(IEnumerable<string> said) => ImportedRow.DigestOf(said);

        /// <summary>What the rows say of the seizure itself, as texts.</summary>
        private IEnumerable<string> Own() => SeizureColumns.All.Where(column => column.Part == SheetPart.Seizure)
            .Select(column => (column.Key, Cell: One(column.Key)))
            .Where(pair => pair.Cell is not null)
            .Select(pair => $"{pair.Key}={pair.Cell!.Text}");

        /// <summary>The value of a column that a seizure has once: it may stand on any of its rows.</summary>
        private SheetCell? One(string key) => rows.Select(row => sheet.Cell(row, key)).FirstOrDefault(cell => cell is not null);

        /// <summary>Rows of one seizure do not contradict each other.</summary>
        private void Agree()
        {
            if (rows.Count == 1)
            {
                return;
            }

            foreach (var column in SeizureColumns.All.Where(column => column.Part == SheetPart.Seizure))
            {
                var first = One(column.Key);
                if (rows.Select(row => sheet.Cell(row, column.Key)).FirstOrDefault(cell => cell is not null && !string.Equals(cell.Text, first!.Text, StringComparison.Ordinal)) is { } other)
                {
                    Fault(other, string.Create(CultureInfo.InvariantCulture, $"Line {first!.Row.Line} of the same seizure says \"{first.Text}\". Two seizures need two references."));
                }
            }
        }

        private void Lines(Dictionary<string, object?> input)
        {
            foreach (var key in new[]
            {
                SeizureColumns.AgencyReference, SeizureColumns.PlaceName, SeizureColumns.Coordinates, SeizureColumns.DetectingAgency, SeizureColumns.Reason, SeizureColumns.Carrier,
                SeizureColumns.Concealment, SeizureColumns.Law, SeizureColumns.Disposal, SeizureColumns.Narrative, SeizureColumns.HandlingNote,
            })
            {
                Put(input, "", key, One(key), cell => cell.Text);
            }
        }

        private void Closed(Dictionary<string, object?> input)
        {
            Required(SeizureColumns.OccurredOn, "A seizure has a date.");
            Required(SeizureColumns.Country, "A seizure has a country.");
            Put(input, "", "occurredOn", One(SeizureColumns.OccurredOn), Date);
            Put(input, "", "country", One(SeizureColumns.Country), cell => Country(cell, cell.Text));
            Put(input, "", "precisionKm", One(SeizureColumns.PrecisionKm), cell => Amount(cell, cell.Text));
            Put(input, "", "methodOfDetection", One(SeizureColumns.Detection), cell => Word(cell, SheetWords.Detection));
            Put(input, "", "modeOfTransport", One(SeizureColumns.Transport), cell => Word(cell, SheetWords.Transport));
            Put(input, "", "concealmentClass", One(SeizureColumns.ConcealmentClass), cell => Word(cell, SheetWords.Concealment));
            Put(input, "", "nationalities", One(SeizureColumns.Nationalities), Nationalities);
            Put(input, "", "estimatedValue", One(SeizureColumns.Value), Money);
            Put(input, "", "quantities", One(SeizureColumns.Quantities), cell => Quantities(cell, null, "quantities", out _));
            Put(input, "", "handling", One(SeizureColumns.Handling), cell => Word(cell, SheetWords.Handlings));
            Put(input, "", "grade", One(SeizureColumns.Grade), Grade);
            Put(input, "", "sources", One(SeizureColumns.Sources), cell => SheetText.Split(cell.Text).Cast<object?>().ToList());
            Put(input, "", "exercise", One(SeizureColumns.Exercise), Flag);
        }

        private List<object?> Chain()
        {
            var steps = new List<object?>();
            foreach (var (key, role) in new[] { (SeizureColumns.Origin, ChainRole.Origin), (SeizureColumns.Export, ChainRole.Export), (SeizureColumns.Transit, ChainRole.Transit), (SeizureColumns.Destination, ChainRole.Destination) })
            {
                if (One(key) is { } cell)
                {
                    foreach (var text in SheetText.Split(cell.Text))
                    {
                        cells[Path("chain", steps.Count)] = cell;
                        steps.Add(Step(cell, role, text));
                    }
                }
            }

            return steps;
        }

        /// <summary>"Country", "Place, country" or "Place, ??", and a star where a control was passed unseen.</summary>
        private Dictionary<string, object?> Step(SheetCell cell, ChainRole role, string text)
        {
            var step = new Dictionary<string, object?>(StringComparer.Ordinal) { ["role"] = role };
            if (text.EndsWith('*'))
            {
                step["seizureOpportunity"] = true;
                text = text[..^1].TrimEnd();
            }

            var comma = text.LastIndexOf(',');
            var named = text[(comma + 1)..].Trim();
            if (sheet.countries.Find(text) is { } whole)
            {
                step["country"] = whole;
            }
            else if (comma > 0 && (named is "??" || sheet.countries.Find(named) is not null))
            {
                step["placeName"] = text[..comma].Trim();
                step["country"] = sheet.countries.Find(named);
            }
            else
            {
                Fault(cell, $"\"{text}\" is no country. Allowed are a country, Place, country, or Place, ?? where the country is not known; several are separated by ;.");
            }

            return step;
        }

        private Dictionary<string, object?> Specimen(Part part, string path)
        {
            var input = new Dictionary<string, object?>(StringComparer.Ordinal);
            cells[path] = part.First;
            if (part[SeizureColumns.Species] is not { } species)
            {
                Fault(part.First with { Column = sheet.Heading(SeizureColumns.Species), Text = "" }, "The specimen has no species: give the name as you use it, or ? where the source does not name it.");
            }
            else if (species.Text is not "?")
            {
                Put(input, path + ".", "nameAsGiven", species, cell => cell.Text);
            }

            Put(input, path + ".", "speciesId", part[SeizureColumns.Taxon], Taxon);
            Put(input, path + ".", "description", part[SeizureColumns.Description], cell => cell.Text);
            Put(input, path + ".", "citesTerm", part[SeizureColumns.Term], Term);
            Put(input, path + ".", "live", part[SeizureColumns.Live], Flag);
            Put(input, path + ".", "working", part[SeizureColumns.Working], cell => SheetWords.Word(SheetWords.Working, cell.Text));
            Put(input, path + ".", "sex", part[SeizureColumns.Sex], cell => SheetWords.Word(SheetWords.SpecimenSex, cell.Text));
            Put(input, path + ".", "ageClass", part[SeizureColumns.Age], cell => cell.Text);
            Put(input, path + ".", "condition", part[SeizureColumns.Condition], cell => cell.Text);
            Put(input, path + ".", "citesSource", part[SeizureColumns.CitesSource], cell => cell.Text);
            Put(input, path + ".", "citesPurpose", part[SeizureColumns.CitesPurpose], cell => cell.Text);
            Put(input, path + ".", "marks", part[SeizureColumns.Marks], cell => Marks(cell, path));
            if (part[SeizureColumns.Quantity] is { } quantity)
            {
                cells[path + ".quantities"] = quantity;
                input["quantities"] = Quantities(quantity, part[SeizureColumns.Unit], path + ".quantities", out var isUnknown);
                input["amountUnknown"] = isUnknown;
            }
            else if (part[SeizureColumns.Unit] is { } unit)
            {
                Fault(unit, "There is a unit and no quantity.");
            }

            return input;
        }

        /// <summary>Suspects with their identifiers, and the identifiers of the seizure.</summary>
        /// <returns>The digests of all, wanted or not.</returns>
        private List<string> People(Dictionary<string, object?> input, Func<string, bool> isWanted)
        {
            var suspects = Parts(SheetPart.Suspect);
            var names = suspects.Select(part => Folding.Fold(part[SeizureColumns.Suspect]?.Text ?? "")).ToList();
            var owned = suspects.Select(_ => new List<Part>()).ToList();
            var own = new List<Part>();
            foreach (var identifier in Parts(SheetPart.Identifier))
            {
                if (identifier[SeizureColumns.IdentifierOwner] is not { } owner)
                {
                    own.Add(identifier);
                }
                else if (OwnerAt(owner, names) is { } at)
                {
                    owned[at].Add(identifier);
                }
                else
                {
                    Fault(owner, "It is neither the name of one suspect of the seizure nor the number of one.");
                }
            }

            var digests = new List<string>();
            var wanted = new List<object?>();
            for (var at = 0; at < suspects.Count; at++)
            {
                digests.Add(DigestOf(suspects[at].Said.Concat(owned[at].SelectMany(part => part.Said)))[..16]);
                if (isWanted(digests[^1]))
                {
                    wanted.Add(Suspect(suspects[at], owned[at], Path("suspects", wanted.Count)));
                }
            }

            input["suspects"] = wanted;
            var linked = new List<object?>();
            foreach (var identifier in own)
            {
                digests.Add(DigestOf(identifier.Said)[..16]);
                if (isWanted(digests[^1]))
                {
                    linked.Add(Identifier(identifier, Path("identifiers", linked.Count), isOwned: false));
                }
            }

            input["identifiers"] = linked;
            return digests;
        }

        private static int? OwnerAt(SheetCell owner, List<string> names)
        {
            if (int.TryParse(owner.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return number >= 1 && number <= names.Count ? number - 1 : null;
            }

            var named = Folding.Fold(owner.Text);
            return names.Count(name => string.Equals(name, named, StringComparison.Ordinal)) == 1 ? names.IndexOf(named) : null;
        }

        private Dictionary<string, object?> Suspect(Part part, List<Part> identifiers, string path)
        {
            var within = path + ".new.";
            cells[path] = part.First;
            foreach (var (key, reason) in new[]
            {
                (SeizureColumns.Suspect, "A suspect has a name."),
                (SeizureColumns.SuspectRole, "A suspect has a role in the seizure: allowed are " + SheetWords.Allowed(SheetWords.Roles) + "."),
                (SeizureColumns.SuspectOffence, "A suspect is recorded only with an offence: the law said to be broken."),
            })
            {
                if (part[key] is null)
                {
                    Fault(part.First with { Column = sheet.Heading(key), Text = "" }, reason);
                }
            }

            var suspect = new Dictionary<string, object?>(StringComparer.Ordinal);
            Put(suspect, within, "type", part[SeizureColumns.SuspectType], cell => Word(cell, SheetWords.SuspectTypes));
            Put(suspect, within, "offence", part[SeizureColumns.SuspectOffence], cell => cell.Text);
            Put(suspect, within, "birth", part[SeizureColumns.SuspectBirth], Date);
            Put(suspect, within, "sex", part[SeizureColumns.SuspectSex], cell => SheetWords.Word(SheetWords.SuspectSex, cell.Text));
            Put(suspect, within, "nationalities", part[SeizureColumns.SuspectNationality], cell => SheetText.Split(cell.Text).Select(text => (object?)Country(cell, text)).ToList());
            Put(suspect, within, "status", part[SeizureColumns.SuspectStatus], cell => Word(cell, SheetWords.Statuses));
            suspect["names"] = Names(part, within);
            suspect["identifiers"] = identifiers.Select((one, at) => (object?)Identifier(one, Path(within + "identifiers", at), isOwned: true)).ToList();
            var involved = new Dictionary<string, object?>(StringComparer.Ordinal) { ["new"] = suspect };
            Put(involved, path + ".", "role", part[SeizureColumns.SuspectRole], cell => Word(cell, SheetWords.Roles));
            return involved;
        }

        private List<object?> Names(Part part, string within)
        {
            var names = new List<object?>();
            void Add(SheetCell cell, string text, NameRole role)
            {
                cells[Path(within + "names", names.Count)] = cell;
                names.Add(new Dictionary<string, object?>(StringComparer.Ordinal) { ["full"] = text, ["role"] = role });
            }

            if (part[SeizureColumns.Suspect] is { } primary)
            {
                Add(primary, primary.Text, NameRole.Primary);
            }

            if (part[SeizureColumns.SuspectNames] is { } others)
            {
                foreach (var text in SheetText.Split(others.Text))
                {
                    var match = MarkedName().Match(text);
                    Add(others, match.Success ? match.Groups["name"].Value.Trim() : text, match.Groups["role"].Value switch { "DOCUMENT" => NameRole.Document, "FORMER" => NameRole.Former, _ => NameRole.Alias });
                }
            }

            return names;
        }

        private Dictionary<string, object?> Identifier(Part part, string path, bool isOwned)
        {
            var input = new Dictionary<string, object?>(StringComparer.Ordinal);
            cells[path] = part.First;
            if (part[SeizureColumns.IdentifierType] is not { } type)
            {
                Fault(part.First with { Column = sheet.Heading(SeizureColumns.IdentifierType), Text = "" }, "An identifier has a type: allowed are " + SheetWords.Allowed(SheetWords.Identifiers) + ".");
                return input;
            }

            if (part[SeizureColumns.IdentifierValue] is null)
            {
                Fault(part.First with { Column = sheet.Heading(SeizureColumns.IdentifierValue), Text = "" }, "The identifier has no value.");
            }

            var known = SheetWords.Identifiers.Find(type.Text);
            Put(input, path + ".", "type", type, cell => Word(cell, SheetWords.Identifiers));
            Put(input, path + ".", "value", part[SeizureColumns.IdentifierValue], cell => cell.Text);
            Put(input, path + ".", "country", part[SeizureColumns.IdentifierCountry], cell => Country(cell, cell.Text));
            var use = part[SeizureColumns.IdentifierUse];
            if (isOwned)
            {
                if (use is not null)
                {
                    Fault(use, "An identifier of a suspect has no use: it is blank, or the identifier is the seizure's.");
                }
            }
            else if (use is not null)
            {
                Put(input, path + ".", "as", use, cell => Word(cell, SheetWords.Uses));
            }
            else if (known is { } kind && OwnedIdentifiers.Contains(RecordJson.NameOf(kind), StringComparer.Ordinal))
            {
                Fault(type, $"It is somebody's: say whose in the column {sheet.Heading(SeizureColumns.IdentifierOwner)}.");
            }
            else
            {
                input["as"] = known switch
                {
                    Identifiers.IdentifierType.Ring or Identifiers.IdentifierType.Chip => LinkKind.Marked,
                    Identifiers.IdentifierType.Permit or Identifiers.IdentifierType.Waybill => LinkKind.DocumentedBy,
                    _ => LinkKind.CarriedBy,
                };
            }

            return input;
        }

        private object Date(SheetCell cell)
        {
            if (SerialDay().IsMatch(cell.Text))
            {
                Fault(cell, "It is the day number of a spreadsheet program: format the column as dates, or write 2026-03-14.");
            }

            return PartialDate.TryParse(cell.Text, out var date) ? date : new AsGiven(cell.Text, GivenDate.Allowed);
        }

        private string? Country(SheetCell cell, string text)
        {
            var found = sheet.countries.Find(text);
            if (found is null)
            {
                Fault(cell, $"No country is called \"{text}\"; allowed is a code of ISO 3166-1, like KZ, or a country's name.");
            }

            return found;
        }

        private object? Word<T>(SheetCell cell, WordList<T> list)
            where T : struct, Enum
        {
            if (list.Find(cell.Text) is { } value)
            {
                return value;
            }

            Fault(cell, $"Allowed are {list.Allowed}.");
            return null;
        }

        private object? Flag(SheetCell cell)
        {
            if (SheetWords.Flag(cell.Text) is { } flag)
            {
                return flag;
            }

            Fault(cell, "Allowed are yes and no.");
            return null;
        }

        private decimal? Amount(SheetCell cell, string text)
        {
            var amount = SheetText.Amount(text);
            if (amount is null)
            {
                Fault(cell, $"\"{text}\" is no amount, or may be read in two ways; allowed are numbers like 1200 or 8.35.");
            }

            return amount;
        }

        private List<object?> Quantities(SheetCell cell, SheetCell? unit, string path, out bool isUnknown)
        {
            isUnknown = false;
            var quantities = new List<object?>();
            var texts = unit is null ? SheetText.Split(cell.Text) : [cell.Text];
            foreach (var text in texts)
            {
                if (text is "?")
                {
                    isUnknown = true;
                    continue;
                }

                var (number, word) = unit is not null ? (text, unit.Text) : SheetText.NumberAndWord(text) ?? (text, "");
                if (word.Length == 0)
                {
                    Fault(cell, $"\"{text}\" has no unit: give it after the number or in the column {sheet.Heading(SeizureColumns.Unit)}.");
                    continue;
                }

                cells[Path(path, quantities.Count)] = cell;
                cells[Path(path, quantities.Count) + ".unit"] = unit ?? cell;
                quantities.Add(new Dictionary<string, object?>(StringComparer.Ordinal) { ["amount"] = Amount(cell, number), ["unit"] = word });
            }

            return quantities;
        }

        private List<object?> Nationalities(SheetCell cell)
        {
            var counts = new List<object?>();
            foreach (var text in SheetText.Split(cell.Text))
            {
                var match = CountedForm().Match(text);
                cells[Path("nationalities", counts.Count)] = cell;
                counts.Add(new Dictionary<string, object?>(StringComparer.Ordinal)
                {
                    ["country"] = Country(cell, match.Success ? match.Groups["name"].Value : text),
                    ["count"] = match.Success ? int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture) : 1,
                });
            }

            return counts;
        }

        private Dictionary<string, object?>? Money(SheetCell cell)
        {
            if (MoneyForm().Match(cell.Text) is not { Success: true } match)
            {
                Fault(cell, "Money is an amount and a currency, like 12000.50 USD.");
                return null;
            }

            var money = new Dictionary<string, object?>(StringComparer.Ordinal) { ["amount"] = Amount(cell, match.Groups["amount"].Value), ["currency"] = match.Groups["currency"].Value.ToUpperInvariant() };
            if (match.Groups["day"].Value is { Length: > 0 } day)
            {
                money["asOf"] = Date(cell with { Text = day });
            }

            return money;
        }

        private Dictionary<string, object?>? Grade(SheetCell cell)
        {
            var text = cell.Text.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
            if (text is [('A' or 'B' or 'C' or 'X') and var source, >= '1' and <= '4' and var information])
            {
                return new Dictionary<string, object?>(StringComparer.Ordinal) { ["source"] = Enum.Parse<SourceGrade>(source.ToString()), ["information"] = information - '0' };
            }

            Fault(cell, "An evaluation is the source's letter and the information's number, like B2.");
            return null;
        }

        private string? Taxon(SheetCell cell)
        {
            if (sheet.taxa.Find(cell.Text) is { Term: null } found)
            {
                return TaxonTable.IdOf(found.Taxon.ScientificName, sheet.keys).ToString();
            }

            Fault(cell, "The registry's reference has no such taxon. Leave it blank where only your own name is known.");
            return null;
        }

        private string? Term(SheetCell cell)
        {
            if ((sheet.codes.Find(CodeTable.Terms, cell.Text) ?? sheet.taxa.TermNamed(cell.Text)) is { } term)
            {
                return term;
            }

            Fault(cell, "Neither CITES nor the registry's table of trade names has such a term.");
            return null;
        }

        private List<object?> Marks(SheetCell cell, string path)
        {
            var marks = new List<object?>();
            foreach (var text in SheetText.Split(cell.Text))
            {
                var space = text.IndexOf(' ', StringComparison.Ordinal);
                var type = space < 0 ? null : SheetWords.Identifiers.Find(text[..space]);
                cells[Path(path + ".marks", marks.Count)] = cell;
                if (type is null)
                {
                    Fault(cell, $"\"{text}\" is no mark; allowed are RING or CHIP and its number.");
                    continue;
                }

                marks.Add(new Dictionary<string, object?>(StringComparer.Ordinal) { ["type"] = type, ["value"] = text[space..].Trim() });
            }

            return marks;
        }

        private void Required(string key, string reason)
        {
            if (One(key) is null)
            {
                Fault(new SheetCell(rows[0], sheet.Heading(key), ""), reason);
            }
        }

        private void Put(Dictionary<string, object?> input, string path, string field, SheetCell? cell, Func<SheetCell, object?> value)
        {
            if (cell is not null)
            {
                cells[path + field] = cell;
                input[field] = value(cell);
            }
        }

        private void Fault(SheetCell cell, string message)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"fault{Faults.Count}");
            cells[path] = cell;
            Faults.Add(new InvalidInput(message, path));
        }

        /// <summary>The repetitions of a part that say anything, row by row and then by number.</summary>
        private List<Part> Parts(SheetPart part)
        {
            var found = new List<Part>();
            foreach (var row in rows)
            {
                foreach (var repetition in sheet.present[part].GroupBy(column => column.Number).OrderBy(group => group.Key))
                {
                    var said = repetition
                        .Select(column => (column.Key, Cell: sheet.Cell(row, column.Key, column.Number)))
                        .Where(pair => pair.Cell is not null && !row.IsFilled(pair.Cell.Column))
                        .ToDictionary(pair => pair.Key, pair => pair.Cell!, StringComparer.Ordinal);
                    if (said.Count > 0)
                    {
                        found.Add(new Part(said));
                    }
                }
            }

            return found;
        }

        private sealed record Part(Dictionary<string, SheetCell> Cells)
        {
            public SheetCell First => Cells.Values.First();

            public IEnumerable<string> Said => Cells.Select(cell => $"{cell.Key}={cell.Value.Text}");

            public SheetCell? this[string key] => Cells.GetValueOrDefault(key);
        }
    }

    [GeneratedRegex("^[2-7][0-9]{4}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SerialDay();

    [GeneratedRegex("^(?<name>.+?)\\s+(?<count>[0-9]{1,5})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CountedForm();

    [GeneratedRegex("^(?<amount>[0-9][0-9.,\\s]*?)\\s*(?<currency>[A-Za-z]{3})(\\s+(?<day>\\S+))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MoneyForm();

    [GeneratedRegex("^(?<name>.+)\\[(?<role>DOCUMENT|FORMER|ALIAS)\\]$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MarkedName();
}
