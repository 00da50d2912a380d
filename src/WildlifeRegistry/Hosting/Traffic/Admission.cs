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
    public async Task<Admitted?> AdmitAsync(HttpContext context)
    {
        var (reader, refusal) = await gate.JudgeAsync(context);
        if (reader is null)
        {
            await RefuseAsync(context, refusal!.Value);
            return null;
        }

        if (rates.Take(reader.Officer) is { } wait)
        {
            await RefuseAsync(context, Limit.OfficerRate, StatusCodes.Status429TooManyRequests, wait, string.Create(CultureInfo.InvariantCulture, $"You ask more than {limits.RequestsPerSecond} times a second."));
            return null;
        }

        var (answer, place) = await requests.TakeAsync(reader.Officer, context.RequestAborted);
        switch (answer)
        {
            case TurnAnswer.Given:
                return new Admitted(reader, place!);
            case TurnAnswer.OwnFull:
                await RefuseAsync(context, Limit.OfficerRequests, StatusCodes.Status429TooManyRequests, Soon, string.Create(CultureInfo.InvariantCulture, $"You have {limits.RequestsPerOfficer} requests on their way: wait until one is answered."));
                return null;
            case TurnAnswer.Full:
                await RefuseAsync(context, Limit.Requests, StatusCodes.Status503ServiceUnavailable, limits.Wait, "The registry has as many requests on their way as it takes: try again.");
                return null;
            default:
                throw new InvalidOperationException("An answer outside the closed set.");
        }
    }

    /// <summary>A turn at making an answer; null where none came in time, which is then answered.</summary>
    public async Task<IDisposable?> AnswerAsync(HttpContext context, Reader reader)
    {
        var (answer, turn) = await answers.TakeAsync(reader.Officer, context.RequestAborted);
        switch (answer)
        {
            case TurnAnswer.Given:
                return turn;
            case TurnAnswer.OwnFull:
                await RefuseAsync(context, Limit.OfficerAnswers, StatusCodes.Status429TooManyRequests, Soon, string.Create(CultureInfo.InvariantCulture, $"The registry makes {limits.AnswersPerOfficer} answers for you at once, and none was done in time."));
                return null;
            case TurnAnswer.Full:
                await RefuseAsync(context, Limit.Answers, StatusCodes.Status503ServiceUnavailable, limits.Wait, "The registry is busy with others' questions: try again.");
                return null;
            default:
                throw new InvalidOperationException("An answer outside the closed set.");
        }
    }

    /// <summary>A place for an export until it is fetched; null where there is none, which is then answered.</summary>
    public async Task<IDisposable?> ExportAsync(HttpContext context, Reader reader)
    {
        var retry = TimeSpan.FromSeconds(30);
        var (answer, place) = await exports.TakeAsync(reader.Officer, context.RequestAborted);
        switch (answer)
        {
            case TurnAnswer.Given:
                return place;
            case TurnAnswer.OwnFull:
                await RefuseAsync(context, Limit.OfficerExports, StatusCodes.Status429TooManyRequests, retry, "You have an export on its way: wait until it is here.");
                return null;
            case TurnAnswer.Full:
                await RefuseAsync(context, Limit.Exports, StatusCodes.Status503ServiceUnavailable, retry, "The registry makes as many exports as it can: try again.");
                return null;
            default:
                throw new InvalidOperationException("An answer outside the closed set.");
        }
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
        return Problems.WriteAsync(context, status, detail, ("Retry-After", Math.Max(1, (int)Math.Ceiling(retry.TotalSeconds)).ToString(CultureInfo.InvariantCulture)));
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
