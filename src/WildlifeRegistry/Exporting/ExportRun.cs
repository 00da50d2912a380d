using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Exporting;

/// <summary>What an export brought: it is told at its end, and where a caller sees it before the file.</summary>
/// <param name="LeftOut">Records and links of other agencies that may not be passed on without their permission (H2).</param>
public sealed record ExportCount(long Records, long Links, long LeftOut);

/// <summary>
/// Brings out what its reader may see, by pages through the view, so that memory does not grow with the store. Ordered by
/// what does not change, and without anything of the moment: the same store makes the same bytes.
/// </summary>
public sealed class ExportRun(RequestContext request, CancellationToken ct)
{
    private const string Own = "own", Involved = "involved", Used = "used", Marked = "marked", All = "all";
    private const int Page = 50, Near = 9, Around = 20;

    private static readonly ImmutableArray<LinkKind> OwnKinds = [LinkKind.OfSpecies, LinkKind.At, LinkKind.Origin, LinkKind.Export, LinkKind.Transit, LinkKind.Destination];
    private static readonly ImmutableArray<LinkKind> IdentifierKinds = [LinkKind.CarriedBy, LinkKind.DocumentedBy, LinkKind.Marked];
    private static readonly RecordKind[] Kinds = [RecordKind.Seizure, RecordKind.Incident, RecordKind.Suspect, RecordKind.Route];

    private long records;
    private long links;
    private long leftOut;

    public ExportCount Count => new(records, links, leftOut);

    /// <summary>The seizures of a page and of all that follow it, oldest first, each with what its rows are made of.</summary>
    public async IAsyncEnumerable<ExportedSeizure> SeizuresAsync(PlanStart.Page page, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var used = Step(Used, [LinkKind.Uses], Near, Bring.Nothing);
        var bring = new Bring(
        [
            Step(Own, OwnKinds, ReadPlan.MaxPage, Bring.Nothing) with { OwnReferences = true },
            Step(Involved, [LinkKind.Involves], Near, new Bring([used])),
            Step(Marked, IdentifierKinds, Around, Bring.Nothing),
        ]);
        await foreach (var record in RecordsAsync(page, bring))
        {
            cancel.ThrowIfCancellationRequested();
            var suspects = new List<(BroughtLink, IReadOnlyList<BroughtLink>)>();
            foreach (var link in await WholeAsync(record, bring.Links[1]))
            {
                if (MayPass(link))
                {
                    var identifiers = await WholeAsync(link.Far, used);
                    suspects.Add((link, [.. identifiers.Where(MayPass)]));
                }
            }

            yield return new ExportedSeizure(record.Record, await WholeAsync(record, bring.Links[0]), suspects, [.. (await WholeAsync(record, bring.Links[2])).Where(MayPass)]);
        }
    }

    /// <summary>Writes records and links of all kinds, one JSON object a line; the last line counts.</summary>
    /// <param name="exercise">Which world.</param>
    public async Task WriteLinesAsync(Stream stream, bool exercise)
    {
        var step = Step(All, [], ReadPlan.MaxPage / 2, Bring.Nothing);
        foreach (var kind in Kinds)
        {
            var page = new PlanStart.Page(kind, [], null, [], [], exercise, Descending: false, Page, After: null, WantTotal: false);
            await foreach (var record in RecordsAsync(page, new Bring([step])))
            {
                await LineAsync(stream, json => Write(json, record.Record));
                foreach (var link in await WholeAsync(record, step))
                {
                    if (MayPass(link))
                    {
                        links++;
                        await LineAsync(stream, json => Write(json, record.Record.Id, link));
                    }
                }
            }
        }

        await LineAsync(stream, json =>
        {
            json.WriteString("type", "end");
            json.WriteNumber("records", records);
            json.WriteNumber("links", links);
            json.WriteNumber("leftOut", leftOut);
        });
    }

    private static LinkStep Step(string name, ImmutableArray<LinkKind> kinds, int first, Bring bring) =>
        new(name, [.. Enum.GetValues<RecordKind>()], kinds, LinkDirection.Outgoing, Exercise: false, Withdrawn: false, first, After: null, WantTotal: false, OwnReferences: false, bring);

    private async IAsyncEnumerable<BroughtRecord> RecordsAsync(PlanStart.Page start, Bring bring)
    {
        var view = request.Parts.Store.ViewFor(request.Reader);
        start = start with { First = Page, After = null, WantTotal = false };
        while (true)
        {
            var page = (await view.ReadAsync(new ReadPlan(start, bring), ct)).Roots;
            foreach (var record in page.Records)
            {
                if (MayPass(record.Record.Handling, record.Record.Owner))
                {
                    records++;
                    yield return record;
                }
                else
                {
                    leftOut++;
                }
            }

            if (!page.HasNext)
            {
                yield break;
            }

            start = start with { After = new Position(page.Records[^1].Sort, page.Records[^1].Record.Id) };
        }
    }

    /// <summary>All links of a step, those beyond its first page asked for page by page.</summary>
    private async Task<IReadOnlyList<BroughtLink>> WholeAsync(BroughtRecord record, LinkStep step)
    {
        if (!record.Links.TryGetValue(step.Name, out var page) || !page.HasNext)
        {
            return page?.Links ?? [];
        }

        var view = request.Parts.Store.ViewFor(request.Reader);
        var whole = page.Links.ToList();
        while (page.HasNext)
        {
            var last = page.Links[^1];
            var next = step with { First = step.Bring.Links.IsEmpty ? ReadPlan.MaxPage : Near, After = new LinkPosition(last.Link.Kind, last.Sort, last.Link.Id), OwnReferences = false };
            var read = await view.ReadAsync(new ReadPlan(new PlanStart.ByIds([record.Record.Id], [record.Record.Kind]), new Bring([next])), ct);
            page = read.Roots.Records.FirstOrDefault()?.Links[step.Name] ?? LinkPage.Empty;
            whole.AddRange(page.Links);
        }

        return whole;
    }

    private bool MayPass(Handling handling, AgencyCode? owner) => handling != Handling.H2 || owner == request.Reader.Agency;

    /// <summary>False, and counted, for a link that may not be passed on, or leads to a record that may not.</summary>
    private bool MayPass(BroughtLink link)
    {
        var far = link.Far.Record;
        if (MayPass(link.Link.Handling, link.Link.Owner) && (far.Kind.IsConnector() || far.Kind.IsReference() || MayPass(far.Handling, far.Owner)))
        {
            return true;
        }

        leftOut++;
        return false;
    }

    private async Task LineAsync(Stream stream, Action<Utf8JsonWriter> write)
    {
        await using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = RecordJson.Options.Encoder }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
            await json.FlushAsync(ct);
        }

        stream.WriteByte((byte)'\n');
    }

    private static void Write(Utf8JsonWriter json, SeenRecord record)
    {
        json.WriteString("type", "record");
        json.WriteString("kind", RecordJson.NameOf(record.Kind));
        json.WriteString("id", record.Id.ToString());
        Text(json, "reference", record.Reference);
        Text(json, "owner", record.Owner?.Value);
        json.WriteString("level", RecordJson.NameOf(record.Level));
        json.WriteString("handling", record.Handling.ToString());
        Text(json, "handlingNote", record.Details.HandlingNote);
        json.WriteString("validation", RecordJson.NameOf(record.Validation));
        json.WriteBoolean("exercise", record.Exercise ?? false);
        Value(json, "grade", record.Details.Grade);
        Value(json, "provenance", record.Details.Provenance is { } provenance ? provenance with { Imported = null } : null);
        Text(json, "reviewBy", record.Details.ReviewBy?.ToString());
        json.WritePropertyName("properties");
        json.WriteRawValue(record.Properties);
    }

    private static void Write(Utf8JsonWriter json, RecordId from, BroughtLink brought)
    {
        var (link, far) = (brought.Link, brought.Far.Record);
        json.WriteString("type", "link");
        json.WriteString("kind", RecordJson.NameOf(link.Kind));
        json.WriteString("id", link.Id.ToString());
        json.WriteString("from", from.ToString());
        json.WriteString("to", link.Other.ToString());
        json.WriteString("toKind", RecordJson.NameOf(far.Kind));
        json.WriteString("owner", link.Owner.Value);
        json.WriteString("level", RecordJson.NameOf(link.Level));
        json.WriteString("handling", link.Handling.ToString());
        Value(json, "identifier", far.Kind.IsConnector() ? RecordJson.Read<Identifier>(far.Properties) : null);
        Value(json, "properties", link.Properties with { Provenance = link.Properties.Provenance is { } provenance ? provenance with { Imported = null } : null });
    }

    private static void Text(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void Value<T>(Utf8JsonWriter json, string name, T? value)
        where T : class
    {
        if (value is not null)
        {
            json.WritePropertyName(name);
            JsonSerializer.Serialize(json, value, RecordJson.Options);
        }
    }
}
