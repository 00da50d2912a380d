using System.Data.Common;
using System.Globalization;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Checking;

/// <summary>What is found, bounded; and the question, asked often, whether to go on.</summary>
internal sealed class Findings(CancellationToken ct)
{
    private readonly List<CheckFault> faults = [];
    private long more;

    public bool Any => faults.Count > 0;

    public void Add(string code, string where, string says)
    {
        if (faults.Count < CheckReport.MaxFaults)
        {
            faults.Add(new CheckFault(code, where, says));
        }
        else
        {
            more++;
        }
    }

    /// <param name="table">Whose row names a row of the other table that is not there.</param>
    public void AddOrphan(string table, string of) => Add("foreign-key", $"a row of {table}", $"It names a row of {of} that is not there.");

    /// <summary>The written form of an id; of one that is none, its bytes.</summary>
    public static string Id(byte[] bytes) => bytes.Length == 16 ? RecordId.FromBytes(bytes).ToString() : Convert.ToHexString(bytes);

    /// <summary>True for what reading a damaged value throws, whatever it is: it is one thing more that is found.</summary>
    public static bool IsOfDamage(Exception fault) => fault is not (OperationCanceledException or StoreException or DbException or OutOfMemoryException);

    public void StopWhenTold() => ct.ThrowIfCancellationRequested();

    /// <summary>What several found, in order.</summary>
    public static Findings Together(IEnumerable<Findings> found, CancellationToken ct)
    {
        var all = new Findings(ct);
        foreach (var one in found)
        {
            one.faults.ForEach(fault => all.Add(fault.Code, fault.Where, fault.Says));
            all.more += one.more;
        }

        return all;
    }

    public CheckReport Report(IEnumerable<CheckCount> counts) => new([.. counts], [.. faults], more);
}

/// <summary>The audiences, each told by its line and its releases alike.</summary>
internal sealed class CheckedAudiences
{
    private readonly Dictionary<int, Audience> known = [];

    public CheckedAudiences(IEnumerable<(int Id, string Owner, bool IsReference, string Releases, string Canonical)> rows, Findings findings)
    {
        foreach (var (id, owner, isReference, releases, canonical) in rows)
        {
            try
            {
                var audience = new Audience(new AgencyCode(owner), AudienceTable.ReadReleases(releases), isReference);
                known.Add(id, audience);
                if (!string.Equals(audience.Canonical, canonical, StringComparison.Ordinal))
                {
                    findings.Add("audience-form", string.Create(CultureInfo.InvariantCulture, $"audience {id}"), "Its line is not that of its owner and releases.");
                }
            }
            catch (Exception fault) when (Findings.IsOfDamage(fault))
            {
                findings.Add("audience-form", string.Create(CultureInfo.InvariantCulture, $"audience {id}"), "Its owner or releases cannot be read.");
            }
        }
    }

    public Audience? Find(int id) => known.GetValueOrDefault(id);
}
