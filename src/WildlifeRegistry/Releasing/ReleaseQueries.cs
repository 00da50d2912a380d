using System.Collections.Immutable;
using GraphQL;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Links;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Releasing;

/// <summary>What a recipient would see of a record, made from what its releaser sees.</summary>
/// <param name="Record">Null where the level shows nothing.</param>
public sealed record ReleasePreview(object? Record, IReadOnlyList<LinkSource> Links, int NotYoursToRelease);

/// <summary>What can be asked before a release.</summary>
public static class ReleaseQueries
{
    private static readonly RecordKind[] Owned = [RecordKind.Seizure, RecordKind.Incident, RecordKind.Suspect, RecordKind.Route];

    public static void Bind(Bindings bindings)
    {
        bindings.Root("releasePreview", Preview);
        bindings.Object<ReleasePreview>("ReleasePreview")
            .Field("record", preview => preview.Record)
            .Field("links", preview => preview.Links)
            .Field("notYoursToRelease", preview => preview.NotYoursToRelease);
    }

    /// <summary>Builds the release as the mutation would, and shows it instead of making it.</summary>
    private static async ValueTask<object?> Preview(IResolveFieldContext context, RequestContext request)
    {
        var arguments = Arguments.Of(context.Arguments);
        var change = new Change(request, new Dictionary<string, object?>(StringComparer.Ordinal), "preview", context.CancellationToken);
        var walker = new PlanWalker(context, request);
        var ofRecord = PlanWalker.Bounded(new ReadPlan(new PlanStart.ByIds([default], [.. Owned]), walker.OfPayload("record", Owned) ?? Bring.Nothing)).Bring;
        var ofFar = PlanWalker.Bounded(new ReadPlan(new PlanStart.ByIds([.. Enumerable.Repeat(default(RecordId), ReadPlan.MaxPage)], []), walker.OfPayloadLinks("links") ?? Bring.Nothing)).Bring;
        if (!RecordId.TryParse(arguments.Text("id"), out var id) || await change.OwnAsync(id, [.. Owned], ofRecord) is not { } own)
        {
            return null;
        }

        var to = await Releases.TokenAsync(change, arguments.Text("to") ?? "")
            ?? throw arguments.Fault("to", "to names nobody whom you can release to, like agency:UZ-CUSTOMS, country:UZ or eco.");
        var release = new Release(to, arguments.Value<Level>("level") ?? Level.Hit);
        if (own.Seen.Validation == Validation.Withdrawn)
        {
            return new ReleasePreview(null, [], 0); // it is not released any more
        }

        try
        {
            return await PreviewAsync(change, own, release, arguments.Flag("withLinks"), ofFar);
        }
        catch (OverMostException fault)
        {
            throw new RequestException(ErrorCode.PlanTooLarge, fault.Message);
        }
    }

    private static async Task<ReleasePreview> PreviewAsync(Change change, OwnRecord own, Release release, bool withLinks, Bring ofFar)
    {
        var tokens = Releases.TokensOf(change, release.To);
        Level LevelOf(Audience audience, bool isReleased) => Visibility.LevelFor(tokens, isReleased ? Releases.With(audience, [release]) : audience, change.Now);

        var level = LevelOf(own.Owners.Audience, isReleased: true);
        var around = await Releases.AroundAsync(change, own, ofFar);
        var notYours = around.Count(one => one.Going == Going.Not);
        if (level < Level.Sanitised)
        {
            return new ReleasePreview(null, [], notYours);
        }

        var goes = Releases.FarEnds(around.Where(one => withLinks && one.Going == Going.IfWished).Select(one => one.Link)).Select(far => far.Seen.Id).ToHashSet();
        var links = new List<LinkSource>();
        foreach (var (link, going) in around.Where(one => one.Link.Link.Owners is not null))
        {
            var far = link.Far.Record;
            var farLevel = far.Kind.IsReference() || far.Kind.IsConnector() ? Level.Full
                : far.Owners is { } owners ? LevelOf(owners.Audience, goes.Contains(far.Id))
                : tokens.Contains(Token.Agency(far.Owner!.Value)) ? far.Level // the recipient's own; a third agency's is not for the releaser to know
                : Level.None;
            var linkLevel = going == Going.AsRecord ? level : LevelOf(link.Link.Owners!.Audience, withLinks && going == Going.IfWished);
            var lowest = new[] { level, farLevel, linkLevel }.Min();
            if (lowest >= Floor(far))
            {
                links.Add(new LinkSource(Lowered(link, lowest, farLevel, change.Request.Parts.Disclosure), change.Request));
            }
        }

        return new ReleasePreview(RecordSource.Of(Lowered(own.Brought, level, change.Request.Parts.Disclosure), change.Request), links, notYours);
    }

    private static Level Floor(SeenRecord far) => far.Kind == RecordKind.Identifier ? Connectors.Floor(RecordJson.Read<Identifier>(far.Properties).Type) : Level.Sanitised;

    private static BroughtLink Lowered(BroughtLink link, Level level, Level farLevel, Disclosure disclosure) => link with
    {
        Link = link.Link with { Level = level, Owners = null, Properties = Disclosure.Properties(level, link.Link.Properties) },
        Far = Lowered(link.Far, farLevel, disclosure),
    };

    /// <summary>The record as the level shows it. What it refers to is of the reference and stays; links of links are not part of a preview.</summary>
    private static BroughtRecord Lowered(BroughtRecord brought, Level level, Disclosure disclosure)
    {
        var full = level == Level.Full;
        var seen = brought.Record;
        return brought with
        {
            Record = seen with
            {
                Level = level,
                Details = full ? seen.Details : RecordDetails.None,
                Reference = full ? seen.Reference : null,
                Owners = null,
                Properties = disclosure.Properties(seen.Kind, level, seen.Properties),
            },
            Links = full || seen.Kind.IsReference()
                ? brought.Links.Where(step => step.Key.StartsWith(PlanWalker.OwnPrefix, StringComparison.Ordinal)).ToImmutableDictionary(StringComparer.Ordinal)
                : brought.Links.Where(step => step.Key.StartsWith(PlanWalker.OwnPrefix, StringComparison.Ordinal))
                    .ToImmutableDictionary(step => step.Key, step => step.Value with { Links = [.. step.Value.Links.Where(link => link.Far.Record.Kind.IsReference())] }, StringComparer.Ordinal),
        };
    }
}
