using System.Globalization;
using System.Net;
using System.Net.Sockets;
using WildlifeRegistry.Access;
using WildlifeRegistry.Access.Identity;
using WildlifeRegistry.Importing;

namespace WildlifeRegistry.Hosting.Traffic;

/// <summary>
/// The one door of all requests but health: who asks, and whether they and the server have room for it, before the body is
/// read. What it says of an officer depends on that officer's own requests, or on all of them together, never on what is asked.
/// </summary>
public sealed class Admission
{
    /// <summary>How soon a caller who has too much on their way may come again.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>How soon an export's place may have come free.</summary>
    private static readonly TimeSpan ExportSoon = TimeSpan.FromSeconds(30);

    private readonly ReaderGate gate;
    private readonly TrafficLimits limits;
    private readonly RegistryMeter meter;
    private readonly TokenBuckets<OfficerId> rates;
    private readonly TokenBuckets<IPAddress> refusals;
    private readonly Turns requests;
    private readonly Turns answers;
    private readonly Turns exports;

    public Admission(ReaderGate gate, TrafficLimits limits, ImportLimits files, TimeProvider time, RegistryMeter meter)
    {
        this.gate = gate;
        this.limits = limits;
        this.meter = meter;
        rates = new(limits.RequestsPerSecond, limits.RequestBurst, time);
        refusals = new(limits.RefusedPerMinute / 60.0, limits.RefusedPerMinute, time);
        requests = new(limits.Requests, limits.RequestsPerOfficer, TimeSpan.Zero, time);
        answers = new(limits.AnswersAtOnce, limits.AnswersPerOfficer, limits.Wait, time);
        exports = new(files.ExportsAtOnce, 1, TimeSpan.Zero, time);
        meter.Watch("registry.requests.active", "Requests on their way.", () => requests.Running);
        meter.Watch("registry.answers.active", "Answers that are being made.", () => answers.Running);
        meter.Watch("registry.answers.waiting", "Requests that wait for their turn.", () => answers.Waiting);
        meter.Watch("registry.exports.active", "Exports that are being made or fetched.", () => exports.Running);
    }

    /// <summary>Lets a request in: its reader has a place until the request is done with. Null where it was refused, which is then answered.</summary>
    /// <param name="mayRecall">As of <see cref="ReaderGate.JudgeAsync"/>.</param>
    public async Task<Admitted?> AdmitAsync(HttpContext context, bool mayRecall = false)
    {
        if (await ReaderAsync(context, mayRecall) is not { } reader)
        {
            return null;
        }

        if (rates.Take(reader.Officer) is { } wait)
        {
            await RefuseAsync(context, Limit.OfficerRate, StatusCodes.Status429TooManyRequests, wait, string.Create(CultureInfo.InvariantCulture, $"You ask more than {limits.RequestsPerSecond} times a second."));
            return null;
        }

        var place = await TakeAsync(
            context,
            requests,
            reader,
            (Limit.OfficerRequests, Soon, static most => string.Create(CultureInfo.InvariantCulture, $"You have {most.RequestsPerOfficer} requests on their way: wait until one is answered.")),
            (Limit.Requests, limits.Wait, static _ => "The registry has as many requests on their way as it takes: try again."));
        return place is null ? null : new Admitted(reader, place);
    }

    /// <summary>Who asks; null where they are refused, which is then answered.</summary>
    public async Task<Reader?> ReaderAsync(HttpContext context, bool mayRecall = false)
    {
        var (reader, refusal) = await gate.JudgeAsync(context, mayRecall);
        if (reader is null)
        {
            await RefuseAsync(context, refusal!.Value);
        }

        return reader;
    }

    /// <summary>A turn at making an answer; null where none came in time, which is then answered.</summary>
    public Task<IDisposable?> AnswerAsync(HttpContext context, Reader reader) => TakeAsync(
        context,
        answers,
        reader,
        (Limit.OfficerAnswers, Soon, static most => string.Create(CultureInfo.InvariantCulture, $"The registry makes {most.AnswersPerOfficer} answers for you at once, and none was done in time.")),
        (Limit.Answers, limits.Wait, static _ => "The registry is busy with others' questions: try again."));

    /// <summary>A place for an export until it is fetched; null where there is none, which is then answered.</summary>
    public Task<IDisposable?> ExportAsync(HttpContext context, Reader reader) => TakeAsync(
        context,
        exports,
        reader,
        (Limit.OfficerExports, ExportSoon, static _ => "You have an export on its way: wait until it is here."),
        (Limit.Exports, ExportSoon, static _ => "The registry makes as many exports as it can: try again."));

    /// <param name="own">What the officer is told who has as many as one may have: 429.</param>
    /// <param name="all">What is told where all have as many as there are: 503.</param>
    private async Task<IDisposable?> TakeAsync(
        HttpContext context,
        Turns turns,
        Reader reader,
        (Limit Limit, TimeSpan Retry, Func<TrafficLimits, string> Detail) own,
        (Limit Limit, TimeSpan Retry, Func<TrafficLimits, string> Detail) all)
    {
        var (answer, turn) = await turns.TakeAsync(reader.Officer, context.RequestAborted);
        if (answer != TurnAnswer.Given)
        {
            var (told, status) = answer == TurnAnswer.OwnFull ? (own, StatusCodes.Status429TooManyRequests) : (all, StatusCodes.Status503ServiceUnavailable);
            await RefuseAsync(context, told.Limit, status, told.Retry, told.Detail(limits));
        }

        return turn;
    }

    /// <summary>A caller who is nobody costs their address a token; where it has none left, they are put off without a line in the log.</summary>
    private async Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        meter.SignInRefused(refusal);
        if (refusals.Take(Near(context.Connection.RemoteIpAddress)) is { } wait)
        {
            await RefuseAsync(context, Limit.AddressRefusals, StatusCodes.Status429TooManyRequests, wait, string.Create(CultureInfo.InvariantCulture, $"More than {limits.RefusedPerMinute} sign-ins from your address were refused in a minute."));
            return;
        }

        gate.Log(refusal);
        await Problems.WriteAsync(context, refusal);
    }

    private Task RefuseAsync(HttpContext context, Limit limit, int status, TimeSpan retry, string detail)
    {
        meter.Reached(limit);
        return Problems.WriteAsync(context, status, detail, ("Retry-After", TrafficLimits.RetryAfter(retry)));
    }

    /// <summary>Whom an address stands for: itself, or its network of 64 bits, in which anybody has as many addresses as they like.</summary>
    internal static IPAddress Near(IPAddress? address)
    {
        if (address is null)
        {
            return IPAddress.None;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress([.. address.GetAddressBytes()[..8], 0, 0, 0, 0, 0, 0, 0, 0]) : address;
    }
}

/// <summary>A request that was let in; it gives its place back when it is done with.</summary>
public sealed class Admitted(Reader reader, IDisposable place) : IDisposable
{
    public Reader Reader => reader;

    public void Dispose() => place.Dispose();
}
