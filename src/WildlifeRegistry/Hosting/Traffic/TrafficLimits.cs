using System.Globalization;
using WildlifeRegistry.Access.Identity;

namespace WildlifeRegistry.Hosting.Traffic;

/// <summary>How much all requests together, and those of one officer or address, may ask of the server.</summary>
public sealed record TrafficLimits
{
    /// <summary>An officer's requests in a second, in the long run.</summary>
    public required int RequestsPerSecond { get; init; }

    /// <summary>An officer's requests at a stroke, after a rest.</summary>
    public required int RequestBurst { get; init; }

    /// <summary>An officer's requests on their way: being received, waiting, being answered.</summary>
    public required int RequestsPerOfficer { get; init; }

    /// <summary>All officers' requests on their way. It bounds what is held of bodies, and how many wait.</summary>
    public required int Requests { get; init; }

    /// <summary>Answers that are made for one officer at once.</summary>
    public required int AnswersPerOfficer { get; init; }

    /// <summary>Answers that are made at once. It bounds what is held of answers.</summary>
    public required int AnswersAtOnce { get; init; }

    /// <summary>How long a request waits for its turn.</summary>
    public required TimeSpan Wait { get; init; }

    /// <summary>Sign-ins from one address that may be refused in a minute.</summary>
    public required int RefusedPerMinute { get; init; }

    /// <summary>Open connections.</summary>
    public required int Connections { get; init; }

    /// <summary>Open connections of one address that is not a proxy's.</summary>
    public required int ConnectionsPerAddress { get; init; }

    /// <summary>How long a request's headers may take to arrive.</summary>
    public required TimeSpan Headers { get; init; }

    /// <summary>How long a connection may be open without a request.</summary>
    public required TimeSpan Idle { get; init; }

    /// <summary>On average, senders and readers must be no slower.</summary>
    public required int SlowestBytesPerSecond { get; init; }

    /// <summary>How long senders and readers may be too slow, or stand still.</summary>
    public required TimeSpan Stall { get; init; }

    /// <summary>How long a stop waits for the answers that are on their way.</summary>
    public required TimeSpan Stop { get; init; }

    /// <summary>When to try again, as HTTP's Retry-After has it: whole seconds, one at least.</summary>
    public static string RetryAfter(TimeSpan wait) => Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    /// <exception cref="SettingException">A limit that is no whole number in its range.</exception>
    public static TrafficLimits From(IConfiguration configuration)
    {
        int Number(string name, int usual, int most) => WholeNumber.Of(configuration, "Limits:" + name, usual, most);
        return new()
        {
            RequestsPerSecond = Number("RequestsPerSecond", 20, 100_000),
            RequestBurst = Number("RequestBurst", 100, 100_000),
            RequestsPerOfficer = Number("RequestsPerOfficer", 16, 10_000),
            Requests = Number("Requests", 512, 10_000),
            AnswersPerOfficer = Number("AnswersPerOfficer", 4, 1000),
            AnswersAtOnce = Number("AnswersAtOnce", 16, 1000),
            Wait = TimeSpan.FromSeconds(Number("WaitSeconds", 5, 300)),
            RefusedPerMinute = Number("RefusedPerMinute", 120, 1_000_000),
            Connections = Number("Connections", 5000, 100_000),
            ConnectionsPerAddress = Number("ConnectionsPerAddress", 1000, 100_000),
            Headers = TimeSpan.FromSeconds(Number("HeaderSeconds", 15, 300)),
            Idle = TimeSpan.FromSeconds(Number("IdleSeconds", 60, 3600)),
            SlowestBytesPerSecond = Number("SlowestBytesPerSecond", 1024, 1_000_000),
            Stall = TimeSpan.FromSeconds(Number("StallSeconds", 30, 300)),
            Stop = TimeSpan.FromSeconds(Number("StopSeconds", 30, 600)),
        };
    }
}
