using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Importing.Sheets;

/// <summary>What of a seizure a column tells.</summary>
public enum SheetPart
{
    /// <summary>The seizure itself: once.</summary>
    Seizure,

    /// <summary>One of its specimens: repeated by number or on more rows.</summary>
    Specimen,

    /// <summary>One of its suspects.</summary>
    Suspect,

    /// <summary>One identifier of the seizure or of a suspect.</summary>
    Identifier,

    /// <summary>Only in exports, and passed over in imports: whose the record is there, and how far it was seen.</summary>
    Told,
}

/// <summary>A column of the template.</summary>
/// <param name="English">The heading of the annual illegal-trade report, where that has it.</param>
/// <param name="Allowed">What a cell may say, for the help sheet.</param>
/// <param name="Also">Other headings that are recognised.</param>
public sealed record SheetColumn(string Key, SheetPart Part, string English, string Russian, string Allowed, params string[] Also);

/// <summary>A column of the template in a file: which, and of which repetition.</summary>
/// <param name="Number">From 1; 1 for what is not repeated.</param>
public readonly record struct SheetPlace(string Key, int Number);

/// <summary>The columns of the template <c>seizures</c>: those of the CITES annual illegal-trade report, and what a registry of this kind knows beyond them.</summary>
public static partial class SeizureColumns
{
    public const string SourceId = "sourceId", AgencyReference = "agencyReference", OccurredOn = "occurredOn", Country = "country", PlaceName = "placeName", Coordinates = "coordinates",
        PrecisionKm = "precisionKm", DetectingAgency = "detectingAgency", Reason = "reason", Detection = "methodOfDetection", Transport = "modeOfTransport", Carrier = "carrier",
        Concealment = "methodOfConcealment", ConcealmentClass = "concealmentClass", Origin = "origin", Export = "export", Transit = "transit", Destination = "destination",
        Nationalities = "nationalities", Law = "lawCharged", Disposal = "disposal", Value = "estimatedValue", Quantities = "quantities", Narrative = "narrative",
        Handling = "handling", HandlingNote = "handlingNote", Grade = "grade", Sources = "sources", Exercise = "exercise";

    public const string Species = "species", Taxon = "taxon", Description = "description", Term = "citesTerm", Quantity = "quantity", Unit = "unit", Live = "live", Working = "working",
        Sex = "sex", Age = "ageClass", Condition = "condition", Marks = "marks", CitesSource = "citesSource", CitesPurpose = "citesPurpose";

    public const string Suspect = "suspect", SuspectRole = "suspectRole", SuspectType = "suspectType", SuspectNames = "suspectNames", SuspectBirth = "suspectBirth", SuspectSex = "suspectSex",
        SuspectNationality = "suspectNationality", SuspectOffence = "suspectOffence", SuspectStatus = "suspectStatus";

    public const string IdentifierType = "identifierType", IdentifierValue = "identifierValue", IdentifierCountry = "identifierCountry", IdentifierOwner = "identifierOwner", IdentifierUse = "identifierUse";

    public const string Reference = "reference", Owner = "owner", Level = "level", Validation = "validation";

    /// <summary>Most repetitions of a column beside one another.</summary>
    public const int MaxNumber = 50;

    private const string Dates = "2026, 2026-03, 2026-03-14, 14.03.2026, or a whole day of the Solar Hijri calendar like 1404-12-23", Lists = "several are separated by ;", Text = "Text";

    public static IReadOnlyList<SheetColumn> All { get; } =
    [
        new(SourceId, SheetPart.Seizure, "Source id", "Идентификатор источника", "Needed only where agency references repeat: what the seizure is known by when the file is imported again; left blank, that is the agency reference"),
        new(AgencyReference, SheetPart.Seizure, "Agency reference", "Номер ведомства", "Your own number of the case; needed, unless there is a source id. Rows with the same number below one another are one seizure", "Case number", "Номер дела", "Reference"),
        new(OccurredOn, SheetPart.Seizure, "Date of seizure", "Дата изъятия", "Needed. " + Dates, "Date", "Дата"),
        new(Country, SheetPart.Seizure, "Country of discovery", "Страна обнаружения", "Needed. A code like KZ, or a country's name", "Country", "Страна", "Country of seizure", "Страна изъятия"),
        new(PlaceName, SheetPart.Seizure, "Location of the incident", "Место изъятия", Text, "Location", "Place", "Место", "Location of seizure"),
        new(Coordinates, SheetPart.Seizure, "Coordinates", "Координаты", "44.17, 80.30 or 44°10'12\"N 80°18'0\"E"),
        new(PrecisionKm, SheetPart.Seizure, "Precision (km)", "Точность (км)", "A number: how exact the position is"),
        new(DetectingAgency, SheetPart.Seizure, "Detecting agency", "Обнаружившее ведомство", "Text, where it is not your own agency", "Agency", "Ведомство"),
        new(Reason, SheetPart.Seizure, "Reason for seizure", "Причина изъятия", Text, "Reason", "Причина"),
        new(Detection, SheetPart.Seizure, "Method of detection", "Способ обнаружения", SheetWords.Allowed(SheetWords.Detection), "Detection method"),
        new(Transport, SheetPart.Seizure, "Means of transport", "Вид транспорта", SheetWords.Allowed(SheetWords.Transport), "Mode of transport"),
        new(Carrier, SheetPart.Seizure, "Carrier", "Перевозчик", "The airline or line", "Airline", "Авиакомпания"),
        new(Concealment, SheetPart.Seizure, "Method of concealment", "Способ сокрытия", Text),
        new(ConcealmentClass, SheetPart.Seizure, "Class of concealment", "Вид сокрытия", SheetWords.Allowed(SheetWords.Concealment)),
        new(Origin, SheetPart.Seizure, "Alleged country of origin", "Предполагаемая страна происхождения", $"A country, or place, country; {Lists}; a star after it: it passed a control there unseen", "Country of origin", "Страна происхождения"),
        new(Export, SheetPart.Seizure, "Country of export", "Страна экспорта", "As origin", "Country of (re-)export"),
        new(Transit, SheetPart.Seizure, "Countries of transit", "Страны транзита", "As origin", "Country of transit", "Страна транзита"),
        new(Destination, SheetPart.Seizure, "Alleged final destination", "Предполагаемая страна назначения", "As origin, without a star", "Alleged destination", "Destination", "Страна назначения"),
        new(Nationalities, SheetPart.Seizure, "Nationality of offenders", "Гражданство нарушителей", $"KZ 2; UZ 1: a country and how many, one where it does not say; {Lists}", "Nationality of offender", "Гражданство нарушителя"),
        new(Law, SheetPart.Seizure, "Law under which charges were brought", "Закон, по которому предъявлено обвинение", Text, "Law charged", "Закон"),
        new(Disposal, SheetPart.Seizure, "Disposal of confiscated specimens", "Распоряжение конфискованным", Text, "Disposal"),
        new(Value, SheetPart.Seizure, "Estimated value", "Оценочная стоимость", "12000.50 USD, and the day it was true on where known: 12000.50 USD 2026-03-14"),
        new(Quantities, SheetPart.Seizure, "Total quantity", "Общее количество", $"Figures for the whole seizure where they are not known for each specimen: 40 pieces; 8.35 kg; {Lists}"),
        new(Narrative, SheetPart.Seizure, "Additional information", "Дополнительная информация", "Text of several lines", "Remarks", "Примечания"),
        new(Handling, SheetPart.Seizure, "Handling code", "Код обращения", "H0 (prevention and combating crime only; so where it is blank), H1 (not in court without permission), H2 (no onward sharing without permission), H3 (see the note)"),
        new(HandlingNote, SheetPart.Seizure, "Handling note", "Примечание об обращении", "Needed with H3"),
        new(Grade, SheetPart.Seizure, "Evaluation (4x4)", "Оценка (4x4)", "Source A, B, C or X and information 1 to 4: B2", "Evaluation", "Оценка"),
        new(Sources, SheetPart.Seizure, "Public sources", "Открытые источники", $"Addresses; {Lists}"),
        new(Exercise, SheetPart.Seizure, "Exercise", "Учебная запись", "Yes for training data, which never touches real records; no or blank for real ones"),
        new(Species, SheetPart.Specimen, "Species", "Вид", "The name as you use it; ? where the source does not name it", "Species name", "Название вида"),
        new(Taxon, SheetPart.Specimen, "Scientific name", "Научное название", "Where the name is not enough: the scientific name that the registry's reference has", "Taxon", "Таксон"),
        new(Description, SheetPart.Specimen, "Description of specimen", "Описание образца", Text, "Description", "Описание"),
        new(Term, SheetPart.Specimen, "CITES term", "Термин СИТЕС", "A term or term code of the CITES trade database, like horns"),
        new(Quantity, SheetPart.Specimen, "Quantity", "Количество", $"A number, with the unit in the next column; or 40 pieces; 8.35 kg; or ? where there were some and it is not known how many", "Amount"),
        new(Unit, SheetPart.Specimen, "Unit", "Единица", "kg, pieces, l, m3 ...", "Units", "Единица измерения", "Ед изм"),
        new(Live, SheetPart.Specimen, "Live", "Живой", "Yes or no", "Live or dead"),
        new(Working, SheetPart.Specimen, "Raw or worked", "Сырьё или изделие", SheetWords.Allowed(SheetWords.Working)),
        new(Sex, SheetPart.Specimen, "Sex of specimen", "Пол образца", SheetWords.Allowed(SheetWords.SpecimenSex)),
        new(Age, SheetPart.Specimen, "Age class", "Возраст образца", Text),
        new(Condition, SheetPart.Specimen, "Condition", "Состояние", Text),
        new(Marks, SheetPart.Specimen, "Marks", "Метки", $"RING TA 12345 or CHIP 643094100000000; {Lists}", "Rings and chips"),
        new(CitesSource, SheetPart.Specimen, "CITES source", "Источник СИТЕС", "One letter, like W or I"),
        new(CitesPurpose, SheetPart.Specimen, "CITES purpose", "Цель СИТЕС", "One letter, like T or P"),
        new(Suspect, SheetPart.Suspect, "Suspect name", "Подозреваемый", "The full name as written; a suspect needs an offence and a role as well", "Suspect", "Имя подозреваемого"),
        new(SuspectRole, SheetPart.Suspect, "Suspect role", "Роль подозреваемого", SheetWords.Allowed(SheetWords.Roles)),
        new(SuspectType, SheetPart.Suspect, "Suspect type", "Тип подозреваемого", SheetWords.Allowed(SheetWords.SuspectTypes) + "; a person where it is blank"),
        new(SuspectNames, SheetPart.Suspect, "Suspect other names", "Другие имена подозреваемого", $"{Lists}; a document's name or a former one is marked: Name [DOCUMENT], Name [FORMER]"),
        new(SuspectBirth, SheetPart.Suspect, "Suspect birth", "Дата рождения подозреваемого", Dates),
        new(SuspectSex, SheetPart.Suspect, "Suspect sex", "Пол подозреваемого", SheetWords.Allowed(SheetWords.SuspectSex)),
        new(SuspectNationality, SheetPart.Suspect, "Suspect nationality", "Гражданство подозреваемого", $"Countries; {Lists}"),
        new(SuspectOffence, SheetPart.Suspect, "Suspect offence", "Правонарушение подозреваемого", "The law said to be broken: needed for each suspect"),
        new(SuspectStatus, SheetPart.Suspect, "Suspect status", "Статус подозреваемого", SheetWords.Allowed(SheetWords.Statuses)),
        new(IdentifierType, SheetPart.Identifier, "Identifier type", "Тип идентификатора", SheetWords.Allowed(SheetWords.Identifiers)),
        new(IdentifierValue, SheetPart.Identifier, "Identifier value", "Значение идентификатора", "The number or address as written", "Identifier"),
        new(IdentifierCountry, SheetPart.Identifier, "Identifier country", "Страна идентификатора", "The issuing country: needed for PASSPORT, NATIONAL_ID and COMPANY_REGISTRATION"),
        new(IdentifierOwner, SheetPart.Identifier, "Identifier of suspect", "Чей идентификатор", "A suspect's name, or 1 for the first suspect of the seizure; blank where it is of the seizure itself (a vehicle, a waybill)"),
        new(IdentifierUse, SheetPart.Identifier, "Identifier use", "Роль идентификатора", "CARRIED_BY, DOCUMENTED_BY or MARKED; where it is blank: MARKED for RING and CHIP, DOCUMENTED_BY for PERMIT and WAYBILL, else CARRIED_BY"),
        new(Reference, SheetPart.Told, "Registry reference", "Номер в реестре", "Exports only; not imported"),
        new(Owner, SheetPart.Told, "Owner", "Владелец", "Exports only; not imported"),
        new(Level, SheetPart.Told, "Level", "Уровень", "Exports only; not imported"),
        new(Validation, SheetPart.Told, "Validation", "Проверка", "Exports only; not imported"),
    ];

    private static readonly FrozenDictionary<string, SheetColumn> ByKey = All.ToFrozenDictionary(column => column.Key, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> KeyByName = All
        .SelectMany(column => column.Also.Append(column.English).Append(column.Russian).Append(column.Key).Select(name => (Name: Folding.Fold(name), column.Key)))
        .DistinctBy(pair => pair.Name, StringComparer.Ordinal)
        .ToFrozenDictionary(pair => pair.Name, pair => pair.Key, StringComparer.Ordinal);

    public static SheetColumn Of(string key) => ByKey[key];

    /// <summary>The columns of an export, each part once: what a part repeats goes on more rows.</summary>
    public static IReadOnlyList<SheetColumn> Exported { get; } = [.. All.OrderBy(column => column.Part == SheetPart.Told ? 1 : 0)];

    /// <summary>The headings of the template, in both languages, with the parts that repeat as often as an officer most often needs.</summary>
    public static IReadOnlyList<(string Heading, SheetPlace Place)> Template { get; } =
    [
        .. Repeated(SheetPart.Seizure, 1), .. Repeated(SheetPart.Specimen, 2), .. Repeated(SheetPart.Suspect, 1), .. Repeated(SheetPart.Identifier, 2),
    ];

    /// <summary>The column that a heading means: in English or Russian, or both with a stroke between; a number in it says which repetition.</summary>
    /// <returns>Null for a heading that the template does not have.</returns>
    public static SheetPlace? Find(string heading)
    {
        foreach (var text in heading.Split('/', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Prepend(heading))
        {
            var folded = Folding.Fold(text);
            if (KeyByName.TryGetValue(folded, out var whole))
            {
                return new SheetPlace(whole, 1);
            }

            // A number may stand anywhere: Suspect 2 name, Species 2.
            var words = folded.Split(' ');
            var number = words.FirstOrDefault(word => NumberForm().IsMatch(word));
            if (number is not null
                && KeyByName.TryGetValue(string.Join(' ', words.Where(word => !ReferenceEquals(word, number))), out var key)
                && ByKey[key].Part is SheetPart.Specimen or SheetPart.Suspect or SheetPart.Identifier
                && int.Parse(number, CultureInfo.InvariantCulture) is var which and <= MaxNumber)
            {
                return new SheetPlace(key, which);
            }
        }

        return null;
    }

    private static IEnumerable<(string Heading, SheetPlace Place)> Repeated(SheetPart part, int times) =>
        from number in Enumerable.Range(1, times)
        from column in All
        where column.Part == part
        let suffix = times == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" {number}")
        select ($"{column.English}{suffix} / {column.Russian}{suffix}", new SheetPlace(column.Key, number));

    [GeneratedRegex("^[1-9][0-9]?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NumberForm();
}
