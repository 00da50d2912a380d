using System.Globalization;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Importing.Sheets;
using WildlifeRegistry.Links;
using WildlifeRegistry.Places;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Species;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Suspects;

namespace WildlifeRegistry.Exporting;

/// <summary>A seizure with the links that its rows are made of, as its reader sees them.</summary>
/// <param name="Own">The species and places that it names.</param>
/// <param name="Suspects">Each with its identifiers.</param>
public sealed record ExportedSeizure(SeenRecord Record, IReadOnlyList<BroughtLink> Own, IReadOnlyList<(BroughtLink Link, IReadOnlyList<BroughtLink> Identifiers)> Suspects, IReadOnlyList<BroughtLink> Identifiers);

/// <summary>From a seizure to rows of the template, which an import reads again.</summary>
public static class SeizureRows
{
    /// <summary>Rows of texts in the order of <see cref="SeizureColumns.Exported"/>; the first has what the seizure says once.</summary>
    public static IEnumerable<string[]> Of(ExportedSeizure exported, RequestContext request)
    {
        var seizure = (Seizure)request.Parts.Kinds[RecordKind.Seizure].Read(exported.Record.Properties);
        var far = exported.Own.Select(link => link.Far.Record).DistinctBy(record => record.Id).ToDictionary(record => record.Id);
        var marks = exported.Identifiers.Where(link => link.Link.Kind == LinkKind.Marked).DistinctBy(link => link.Link.Other).ToDictionary(link => link.Link.Other);
        var worn = seizure.Specimens.SelectMany(specimen => specimen.Marks).ToHashSet();
        var people = exported.Suspects.Where(suspect => suspect.Link.Far.Record.Level == Level.Full && suspect.Link.Link.Level == Level.Full).ToList();
        List<Dictionary<string, string?>> specimens = [.. seizure.Specimens.Select(specimen => Specimen(specimen, far, marks))];
        List<Dictionary<string, string?>> suspects = [.. people.Select(suspect => Suspect(suspect.Link))];
        List<Dictionary<string, string?>> identifiers =
        [
            .. people.SelectMany((suspect, at) => suspect.Identifiers.Select(link => Identifier(link, at + 1))),
            .. exported.Identifiers.Where(link => link.Link.Kind != LinkKind.Marked || !worn.Contains(link.Link.Other)).Select(link => Identifier(link, null)),
        ];
        var rows = new[] { 1, specimens.Count, suspects.Count, identifiers.Count }.Max();
        for (var at = 0; at < rows; at++)
        {
            var cells = at == 0 ? Whole(exported.Record, seizure, far, request) : new Dictionary<string, string?>(StringComparer.Ordinal);
            cells[SeizureColumns.SourceId] = exported.Record.Id.ToString();
            cells[SeizureColumns.AgencyReference] = seizure.AgencyReference;
            foreach (var part in new[] { specimens, suspects, identifiers }.Where(part => at < part.Count))
            {
                foreach (var (key, text) in part[at])
                {
                    cells[key] = text;
                }
            }

            yield return [.. SeizureColumns.Exported.Select(column => cells.GetValueOrDefault(column.Key) ?? "")];
        }
    }

    private static Dictionary<string, string?> Whole(SeenRecord record, Seizure seizure, Dictionary<RecordId, SeenRecord> far, RequestContext request)
    {
        var details = record.Details;
        return new(StringComparer.Ordinal)
        {
            [SeizureColumns.OccurredOn] = seizure.OccurredOnAsGiven ?? seizure.OccurredOn.ToString(),
            [SeizureColumns.Country] = seizure.Country,
            [SeizureColumns.PlaceName] = seizure.PlaceName ?? PlaceOf(seizure.PlaceId, far),
            [SeizureColumns.Coordinates] = seizure is { Latitude: { } north, Longitude: { } east } ? string.Create(CultureInfo.InvariantCulture, $"{north:0.######}, {east:0.######}") : null,
            [SeizureColumns.PrecisionKm] = seizure.PrecisionKm is { } precision ? SheetText.Of(precision) : null,
            [SeizureColumns.DetectingAgency] = seizure.DetectingAgency,
            [SeizureColumns.Reason] = seizure.Reason,
            [SeizureColumns.Detection] = Name(seizure.MethodOfDetection),
            [SeizureColumns.Transport] = Name(seizure.ModeOfTransport),
            [SeizureColumns.Carrier] = seizure.Carrier,
            [SeizureColumns.Concealment] = seizure.MethodOfConcealment,
            [SeizureColumns.ConcealmentClass] = Name(seizure.ConcealmentClass),
            [SeizureColumns.Origin] = Chain(seizure, ChainRole.Origin, far),
            [SeizureColumns.Export] = Chain(seizure, ChainRole.Export, far),
            [SeizureColumns.Transit] = Chain(seizure, ChainRole.Transit, far),
            [SeizureColumns.Destination] = Chain(seizure, ChainRole.Destination, far),
            [SeizureColumns.Nationalities] = SheetText.Join(seizure.Nationalities.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Country} {one.Count}"))),
            [SeizureColumns.Law] = seizure.LawCharged,
            [SeizureColumns.Disposal] = seizure.Disposal,
            [SeizureColumns.Value] = seizure.EstimatedValue is { } value ? $"{SheetText.Of(value.Amount)} {value.Currency} {value.AsOf}".TrimEnd() : null,
            [SeizureColumns.Quantities] = SheetText.Join(seizure.Quantities.Select(Amount)),
            [SeizureColumns.Narrative] = seizure.Narrative,
            [SeizureColumns.Handling] = record.Handling.ToString(),
            [SeizureColumns.HandlingNote] = details.HandlingNote,
            [SeizureColumns.Grade] = details.Grade is { } grade ? string.Create(CultureInfo.InvariantCulture, $"{grade.Source}{grade.Information}") : null,
            [SeizureColumns.Sources] = SheetText.Join(details.Provenance?.Sources ?? []),
            [SeizureColumns.Exercise] = record.Exercise == true ? "yes" : "no",
            [SeizureColumns.Reference] = record.Reference,
            [SeizureColumns.Owner] = record.Owner?.Value,
            [SeizureColumns.Level] = RecordJson.NameOf(record.Level),
            [SeizureColumns.Validation] = RecordJson.NameOf(record.Validation),
        };
    }

    private static string? Name<T>(T? value)
        where T : struct, Enum => value is { } known ? RecordJson.NameOf(known) : null;

    private static string Amount(Quantity quantity) => $"{SheetText.Of(quantity.Amount)} {quantity.Unit}";

    private static string? PlaceOf(RecordId? id, Dictionary<RecordId, SeenRecord> far) =>
        id is { } known && far.TryGetValue(known, out var record) && RecordJson.Read<Place>(record.Properties) is { Type: not PlaceType.Country } place ? place.Name : null;

    private static string Chain(Seizure seizure, ChainRole role, Dictionary<RecordId, SeenRecord> far) => SheetText.Join(seizure.Chain.Where(step => step.Role == role).Select(step =>
    {
        var place = step.PlaceName ?? PlaceOf(step.PlaceId, far);
        var text = place is null ? step.Country ?? "??" : $"{place}, {step.Country ?? "??"}";
        return step.SeizureOpportunity ? text + " *" : text;
    }));

    private static Dictionary<string, string?> Specimen(Specimen specimen, Dictionary<RecordId, SeenRecord> far, Dictionary<RecordId, BroughtLink> marks)
    {
        var taxon = specimen.Species is { } species && far.TryGetValue(species.Id, out var record) ? RecordJson.Read<Taxon>(record.Properties).ScientificName : null;
        var single = specimen is { AmountUnknown: false, Quantities.Count: 1 } ? specimen.Quantities[0] : null;
        return new(StringComparer.Ordinal)
        {
            [SeizureColumns.Species] = specimen.NameAsGiven ?? "?",
            [SeizureColumns.Taxon] = taxon,
            [SeizureColumns.Description] = specimen.Description,
            [SeizureColumns.Term] = specimen.CitesTerm,
            [SeizureColumns.Quantity] = single is not null ? SheetText.Of(single.Amount) : SheetText.Join(specimen.AmountUnknown ? specimen.Quantities.Select(Amount).Prepend("?") : specimen.Quantities.Select(Amount)),
            [SeizureColumns.Unit] = single?.Unit,
            [SeizureColumns.Live] = specimen.Live switch { true => "yes", false => "no", null => null },
            [SeizureColumns.Working] = specimen.Working,
            [SeizureColumns.Sex] = specimen.Sex,
            [SeizureColumns.Age] = specimen.AgeClass,
            [SeizureColumns.Condition] = specimen.Condition,
            [SeizureColumns.Marks] = SheetText.Join(specimen.Marks.Where(marks.ContainsKey).Select(mark =>
            {
                var known = RecordJson.Read<Identifier>(marks[mark].Far.Record.Properties);
                return $"{RecordJson.NameOf(known.Type)} {marks[mark].Link.Properties.ValueAsGiven ?? known.Normalised}";
            })),
            [SeizureColumns.CitesSource] = specimen.CitesSource,
            [SeizureColumns.CitesPurpose] = specimen.CitesPurpose,
        };
    }

    private static Dictionary<string, string?> Suspect(BroughtLink link)
    {
        var suspect = RecordJson.Read<Suspect>(link.Far.Record.Properties);
        return new(StringComparer.Ordinal)
        {
            [SeizureColumns.Suspect] = suspect.Names.FirstOrDefault(name => name.Role == NameRole.Primary)?.Full,
            [SeizureColumns.SuspectRole] = Name(link.Link.Properties.Role),
            [SeizureColumns.SuspectType] = RecordJson.NameOf(suspect.Type),
            [SeizureColumns.SuspectNames] = SheetText.Join(suspect.Names.Where(name => name.Role != NameRole.Primary).Select(name => name.Role == NameRole.Alias ? name.Full : $"{name.Full} [{RecordJson.NameOf(name.Role)}]")),
            [SeizureColumns.SuspectBirth] = suspect.Birth?.ToString(),
            [SeizureColumns.SuspectSex] = suspect.Sex,
            [SeizureColumns.SuspectNationality] = SheetText.Join(suspect.Nationalities),
            [SeizureColumns.SuspectOffence] = suspect.Offence,
            [SeizureColumns.SuspectStatus] = Name(suspect.Status?.Value),
        };
    }

    /// <param name="suspect">The number of the suspect whose it is; null: the seizure's.</param>
    private static Dictionary<string, string?> Identifier(BroughtLink link, int? suspect)
    {
        var identifier = RecordJson.Read<Identifier>(link.Far.Record.Properties);
        var colon = identifier.Normalised.IndexOf(':', StringComparison.Ordinal);
        var hasCountry = identifier.Type is IdentifierType.Passport or IdentifierType.NationalId or IdentifierType.CompanyRegistration && colon == 2;

        // A national telephone number is read by the reader's own country: only its normal form means the same everywhere.
        var value = identifier.Type == IdentifierType.Phone ? null : link.Link.Properties.ValueAsGiven;
        return new(StringComparer.Ordinal)
        {
            [SeizureColumns.IdentifierType] = RecordJson.NameOf(identifier.Type),
            [SeizureColumns.IdentifierValue] = value ?? (hasCountry ? identifier.Normalised[(colon + 1)..] : identifier.Normalised),
            [SeizureColumns.IdentifierCountry] = hasCountry ? identifier.Normalised[..colon] : null,
            [SeizureColumns.IdentifierOwner] = suspect?.ToString(CultureInfo.InvariantCulture),
            [SeizureColumns.IdentifierUse] = suspect is null ? RecordJson.NameOf(link.Link.Kind) : null,
        };
    }
}
