using System.Diagnostics.Metrics;
using WildlifeRegistry.Access.Identity;
using WildlifeRegistry.Importing;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Hosting;

/// <summary>The limits that a caller can run into.</summary>
public enum Limit
{
    OfficerRate,
    OfficerRequests,
    Requests,
    OfficerAnswers,
    Answers,
    OfficerExports,
    Exports,
    OfficerImports,
    Imports,
    AddressRefusals,
    ConnectionsOfAddress,
    Body,
    Document,
    Plan,
    Time,
    UploadTime,
    ExportTime,
}

/// <summary>
/// What the registry counts. Every attribute is a word of a closed set: none is of a caller, a record or a question, so
/// that figures can be given to whoever watches the machine.
/// </summary>
public sealed class RegistryMeter
{
    public const string Name = "WildlifeRegistry";

    private readonly Meter meter;
    private readonly Counter<long> limits;
    private readonly Counter<long> signIns;
    private readonly Counter<long> errors;
    private readonly Counter<long> refusals;
    private readonly Counter<long> imports;
    private readonly Counter<long> seizures;
    private readonly Counter<long> exports;
    private readonly Histogram<double> commits;
    private readonly Histogram<double> reads;

    public RegistryMeter(IMeterFactory meters)
    {
        meter = meters.Create(Name);
        limits = meter.CreateCounter<long>("registry.limit.reached", "{request}", "Requests that a limit refused, or ended.");
        signIns = meter.CreateCounter<long>("registry.signin.refused", "{request}", "Requests without a reader, by why.");
        errors = meter.CreateCounter<long>("registry.errors", "{error}", "Errors outside payloads, by code.");
        refusals = meter.CreateCounter<long>("registry.refusals", "{refusal}", "Changes that were not made, by the kind of refusal.");
        imports = meter.CreateCounter<long>("registry.imports", "{import}", "Posted imports that ended, by how.");
        seizures = meter.CreateCounter<long>("registry.imports.seizures", "{seizure}", "Seizures of posted imports, by what became of them.");
        exports = meter.CreateCounter<long>("registry.exports", "{export}", "Exports that were made, by format.");
        commits = meter.CreateHistogram<double>("registry.commit.duration", "s", "Commits, by outcome.");
        reads = meter.CreateHistogram<double>("registry.read.duration", "s", "Plans that the store answered.");
    }

    public void Reached(Limit limit) => limits.Add(1, Word("limit", RecordJson.NameOf(limit)));

    public void SignInRefused(Refusal refusal) => signIns.Add(1, Word("reason", RecordJson.NameOf(refusal)));

    public void Errored(ErrorCode code)
    {
        errors.Add(1, Word("code", RecordJson.NameOf(code)));
        if (code switch { ErrorCode.DocumentTooLarge => Limit.Document, ErrorCode.PlanTooLarge => Limit.Plan, ErrorCode.Timeout => Limit.Time, _ => default(Limit?) } is { } limit)
        {
            Reached(limit);
        }
    }

    /// <param name="refusal">The name of the refusal's type in the contract.</param>
    public void Refused(string refusal) => refusals.Add(1, Word("kind", refusal));

    public void Committed(string outcome, TimeSpan took) => commits.Record(took.TotalSeconds, Word("outcome", outcome));

    public void Read(TimeSpan took) => reads.Record(took.TotalSeconds);

    public void Imported(ImportState ended)
    {
        imports.Add(1, Word("phase", RecordJson.NameOf(ended.Phase)));
        foreach (var (outcome, count) in new[] { ("IMPORTED", ended.Imported), ("AMENDED", ended.Amended), ("UNCHANGED", ended.Unchanged), ("REFUSED", ended.Refused) })
        {
            seizures.Add(count, Word("outcome", outcome));
        }
    }

    public void Exported(string format) => exports.Add(1, Word("format", format));

    /// <summary>A figure that is asked for whenever figures are sent.</summary>
    public void Watch(string name, string description, Func<int> figure) => meter.CreateObservableGauge(name, figure, unit: null, description);

    private static KeyValuePair<string, object?> Word(string name, string value) => new(name, value);
}
