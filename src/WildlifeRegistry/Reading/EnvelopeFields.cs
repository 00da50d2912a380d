using WildlifeRegistry.Hosting;
using WildlifeRegistry.Recording;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Reading;

/// <summary>The fields of the contract's interfaces, the same for every type that has them.</summary>
public static class EnvelopeFields
{
    /// <summary>id, caption and links.</summary>
    public static Bindings.RecordBinding<T> Linkable<T>(this Bindings.RecordBinding<T> type) => type
        .Own("id", source => source.Record.Id)
        .Own("caption", source => source.Caption)
        .Own("links", Pages.Links);

    /// <summary>What every owned record carries.</summary>
    public static Bindings.RecordBinding<T> Record<T>(this Bindings.RecordBinding<T> type) => type
        .Linkable()
        .Own("kind", source => source.Record.Kind)
        .Own("owner", source => source.Owner)
        .Own("level", source => source.Record.Level)
        .Own("handling", source => source.Record.Handling)
        .Own("handlingNote", source => source.Record.Details.HandlingNote)
        .Own("grade", source => source.Record.Details.Grade)
        .Own("validation", source => source.Record.Validation)
        .Own("exercise", source => source.Record.Exercise ?? false)
        .Own("releasedAt", source => source.Record.ReleasedAt)
        .Own("edition", source => source.Record.Edition)
        .Own("version", source => source.Record.Owners?.Version)
        .Own("reference", source => source.Record.Reference)
        .Own("provenance", source => source.Record.Details.Provenance)
        .Own("reviewBy", source => source.Record.Details.ReviewBy)
        .Own("releases", source => source.Record.Owners?.Audience.Releases)
        .Own("history", source => source.Record.Owners?.Versions is { } versions
            ? versions.Select((version, at) => new VersionSource(version, at == 0 ? null : versions[at - 1], source))
            : null)
        .Own("editions", source => source.Record.Editions is { } editions
            ? editions.Select((edition, at) => new EditionSource(edition, at == 0 ? null : editions[at - 1]))
            : null)
        .Own("changesSince", ChangesSince)
        .Own("createdAt", source => source.Record.Owners?.CreatedAt)
        .Own("updatedAt", source => source.Record.Owners?.UpdatedAt);

    /// <summary>The types that the envelope is made of.</summary>
    public static void Bind(Bindings bindings)
    {
        bindings.Object<Grade>("Grade")
            .Field("source", grade => grade.Source)
            .Field("information", grade => grade.Information);
        bindings.Object<Provenance>("Provenance")
            .Field("origin", provenance => provenance.Origin)
            .Field("format", provenance => provenance.Format)
            .Field("file", provenance => provenance.File)
            .Field("row", provenance => provenance.Row)
            .Field("sources", provenance => provenance.Sources ?? []);
        bindings.Object<Access.Release>("Release")
            .Field("to", release => release.To.Value)
            .Field("level", release => release.Level)
            .Field("until", release => release.Until);
        bindings.Object<VersionSource>("RecordVersion")
            .Field("version", source => source.Version.Version)
            .Field("at", source => source.Version.At)
            .Field("by", source => source.Version.By.Value)
            .Field("validation", source => source.Version.Validation)
            .Field("reason", source => source.Version.Details.Reason)
            .Field("caption", source => source.Caption)
            .Field("changes", source => source.Changes);
        bindings.Object<EditionSource>("RecordEdition")
            .Field("edition", source => source.Edition.Edition)
            .Field("at", source => source.Edition.At)
            .Field("changes", source => source.Changes);
        Difference.Bind(bindings);
        bindings.Object<Period>("Period")
            .Field("from", period => period.From)
            .Field("until", period => period.Until);
        bindings.Object<Money>("Money")
            .Field("amount", money => money.Amount)
            .Field("currency", money => money.Currency)
            .Field("asOf", money => money.AsOf);
        bindings.Object<Quantity>("Quantity")
            .Field("amount", quantity => quantity.Amount)
            .Field("unit", quantity => quantity.Unit);
    }

    /// <summary>What differs between an edition that a recipient has, and the record as it is.</summary>
    private static IReadOnlyList<FieldChange>? ChangesSince(RecordSource source, AskedField field)
    {
        if (source.Record.Editions is not { Count: > 0 } editions)
        {
            return null;
        }

        var arguments = field.Arguments;
        var since = arguments.Value<int>("edition") ?? 1;
        return since >= 1 && since <= editions.Count
            ? new EditionSource(editions[^1], editions[since - 1]).Changes
            : throw arguments.Fault("edition", $"edition is {since}; allowed is 1 to {editions.Count}.");
    }
}

/// <summary>A version of a record, beside the one before it.</summary>
public sealed record VersionSource(RecordVersion Version, RecordVersion? Before, RecordSource Record)
{
    public string Caption
    {
        get
        {
            var kind = Record.Request.Parts.Kinds[Record.Record.Kind];
            return kind.CaptionOf(kind.Read(Version.Properties));
        }
    }

    /// <summary>What differs from the version before; nothing for the first, which is all new.</summary>
    public IReadOnlyList<FieldChange> Changes => Before is null
        ? []
        :
        [
            .. Difference.Between(Before.Properties, Version.Properties),
            .. Difference.Between(Before.Details with { Reason = null }, Version.Details with { Reason = null }),
            .. Difference.OfEnvelope("validation", RecordJson.NameOf(Before.Validation), RecordJson.NameOf(Version.Validation)),
            .. Difference.OfEnvelope("handling", RecordJson.NameOf(Before.Handling), RecordJson.NameOf(Version.Handling)),
            .. Difference.OfEnvelope("releases", Releases(Before), Releases(Version)),
        ];

    private static string Releases(RecordVersion version) => string.Join(", ", version.Audience.Releases.Select(release =>
        release.To.Value + " " + RecordJson.NameOf(release.Level) + (release.Until is { } until ? " until " + until.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture) : "")));
}

/// <summary>An edition of a record, beside an earlier one of the same recipient's.</summary>
public sealed record EditionSource(RecordEdition Edition, RecordEdition? Before)
{
    /// <summary>What differs from the earlier edition; nothing for the first, which is all new.</summary>
    public IReadOnlyList<FieldChange> Changes => Before is null
        ? []
        :
        [
            .. Difference.Between(Before.Properties, Edition.Properties),
            .. Difference.OfEnvelope("validation", RecordJson.NameOf(Before.Validation), RecordJson.NameOf(Edition.Validation)),
            .. Difference.OfEnvelope("handling", RecordJson.NameOf(Before.Handling), RecordJson.NameOf(Edition.Handling)),
        ];
}
