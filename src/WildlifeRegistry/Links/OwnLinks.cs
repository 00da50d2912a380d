using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Links;

/// <summary>The links of the author's agency around a record, as a change needs them.</summary>
public static class OwnLinks
{
    /// <summary>Most links that one change looks at around a record.</summary>
    public const int Most = 5_000;

    private const string Name = "links";

    /// <summary>The author's own links of these kinds around a record that are not derived and not withdrawn.</summary>
    /// <param name="kinds">None: all.</param>
    public static async IAsyncEnumerable<BroughtLink> OfAsync(Change change, RecordId near, params LinkKind[] kinds)
    {
        await foreach (var link in AllAsync(change, near, Bring.Nothing, kinds))
        {
            if (link.Link.Owners is not null && !LinkRules.IsDerived(link.Link.Kind))
            {
                yield return link;
            }
        }
    }

    /// <summary>All links of these kinds around a record that the author sees and that are not withdrawn.</summary>
    /// <exception cref="OverMostException">There are more than <see cref="Most"/>.</exception>
    public static async IAsyncEnumerable<BroughtLink> AllAsync(Change change, RecordId near, Bring far, params LinkKind[] kinds)
    {
        LinkPosition? after = null;
        var seen = 0;
        while (true)
        {
            var step = new LinkStep(Name, [.. Enum.GetValues<RecordKind>()], [.. kinds], LinkDirection.Both, Exercise: false, Withdrawn: false, ReadPlan.MaxPage, after, WantTotal: false, OwnReferences: false, far);
            var page = (await change.ReadAsync(new PlanStart.ByIds([near], []), new Bring([step]))).Records.FirstOrDefault()?.Links[Name] ?? LinkPage.Empty;
            foreach (var link in page.Links)
            {
                yield return link;
            }

            seen += page.Links.Length;
            if (!page.HasNext)
            {
                yield break;
            }

            if (seen >= Most)
            {
                throw new OverMostException();
            }

            var last = page.Links[^1];
            after = new LinkPosition(last.Link.Kind, last.Sort, last.Link.Id);
        }
    }
}

/// <summary>A record has more links around it than one change can look at.</summary>
public sealed class OverMostException() : Exception($"There are more than {OwnLinks.Most} links around the record.");
