using WildlifeRegistry.Hosting;
using WildlifeRegistry.Links;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Reading;

/// <summary>A page as the source of a connection's fields.</summary>
public sealed record PageSource(IReadOnlyList<PageEntry> Entries, bool HasNext, bool HasPrevious, int? Total);

/// <param name="Cursor">Made only if asked for.</param>
public sealed record PageEntry(object Node, Func<string> Cursor);

/// <summary>Pages of records and links, and the fields that all connections share.</summary>
public static class Pages
{
    private static readonly string[] Kinds = ["Agency", "Seizure", "Incident", "Place", "Species", "Suspect", "Route", "Link"];

    public static void Bind(Bindings bindings)
    {
        foreach (var kind in Kinds)
        {
            bindings.Object<PageSource>(kind + "Connection")
                .Field("edges", page => page.Entries)
                .Field("nodes", page => page.Entries.Select(entry => entry.Node))
                .Field("pageInfo", page => page)
                .Field("totalCount", page => page.Total <= ReadPlan.MaxTotal ? page.Total : null)
                .Field("totalAtLeast", page => page.Total ?? 0);
            bindings.Object<PageEntry>(kind + "Edge")
                .Field("cursor", entry => entry.Cursor())
                .Field("node", entry => entry.Node);
        }

        bindings.Object<PageSource>("PageInfo")
            .Field("hasNextPage", page => page.HasNext)
            .Field("hasPreviousPage", page => page.HasPrevious)
            .Field("startCursor", page => page.Entries.Count == 0 ? null : page.Entries[0].Cursor())
            .Field("endCursor", page => page.Entries.Count == 0 ? null : page.Entries[^1].Cursor());
    }

    public static PageSource Of(RecordPage page, bool hasPrevious, RequestContext request, Cursors cursors) => new(
        [.. page.Records.Select(record => new PageEntry(RecordSource.Of(record, request), () => cursors.Of(new Position(record.Sort, record.Record.Id))))],
        page.HasNext,
        hasPrevious,
        page.Total);

    /// <summary>The links field of a record: a look at what the step of the same arguments brought.</summary>
    public static PageSource Links(RecordSource source, AskedField field)
    {
        var after = field.Arguments.Text("after");
        var near = source.Record.Id;
        if (after is not null && field.LinkCursors.LinkPosition(after).Near != near)
        {
            throw Cursors.Refused();
        }

        var page = source.Brought.Links.TryGetValue(field.LinksStep, out var brought) ? brought : LinkPage.Empty;
        return new PageSource(
            [.. page.Links.Select(link => new PageEntry(
                new LinkSource(link, source.Request),
                () => field.LinkCursors.Of(new LinkPosition(link.Link.Kind, link.Sort, link.Link.Id), near)))],
            page.HasNext,
            after is not null,
            page.Total);
    }
}
