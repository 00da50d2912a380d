using WildlifeRegistry.Records;

namespace WildlifeRegistry.Reading;

/// <summary>The fields of the contract's interfaces, the same for every type that has them.</summary>
public static class EnvelopeFields
{
    /// <summary>id, caption and links.</summary>
    public static Bindings.RecordBinding<T> Linkable<T>(this Bindings.RecordBinding<T> type) => type
        .Own("id", (source, _) => source.Record.Id)
        .Own("caption", (source, _) => source.Caption)
        .Own("links", Pages.Links);

    /// <summary>What every owned record carries.</summary>
    public static Bindings.RecordBinding<T> Record<T>(this Bindings.RecordBinding<T> type) => type
        .Linkable()
        .Own("kind", (source, _) => source.Record.Kind)
        .Own("owner", (source, _) => source.Owner)
        .Own("level", (source, _) => source.Record.Level)
        .Own("handling", (source, _) => source.Record.Handling)
        .Own("handlingNote", (source, _) => source.Record.Details.HandlingNote)
        .Own("grade", (source, _) => source.Record.Details.Grade)
        .Own("validation", (source, _) => source.Record.Validation)
        .Own("exercise", (source, _) => source.Record.Exercise ?? false)
        .Own("releasedAt", (source, _) => source.Record.ReleasedAt)
        .Own("edition", (source, _) => source.Record.Edition)
        .Own("version", (source, _) => source.Record.Owners?.Version)
        .Own("reference", (source, _) => source.Record.Reference)
        .Own("provenance", (source, _) => source.Record.Details.Provenance)
        .Own("reviewBy", (source, _) => source.Record.Details.ReviewBy)
        .Own("releases", (source, _) => source.Record.Owners?.Audience.Releases)
        .Own("history", (source, _) => source.Record.Owners?.Versions?.Select(version => new PartSource<RecordVersion>(version, source)))
        .Own("createdAt", (source, _) => source.Record.Owners?.CreatedAt)
        .Own("updatedAt", (source, _) => source.Record.Owners?.UpdatedAt);

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
        bindings.Object<PartSource<RecordVersion>>("RecordVersion")
            .Field("version", part => part.Value.Version)
            .Field("at", part => part.Value.At)
            .Field("by", part => part.Value.By.Value)
            .Field("validation", part => part.Value.Validation)
            .Field("caption", part =>
            {
                var kind = part.Record.Request.Parts.Kinds[part.Record.Record.Kind];
                return kind.CaptionOf(kind.Read(part.Value.Properties));
            });
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
}
