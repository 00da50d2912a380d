using WildlifeRegistry.Hosting.Traffic;
using WildlifeRegistry.Importing;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Hosting;

/// <summary>
/// What must have happened before the registry answers: its store opened, the reference loaded, the imports begun. A store
/// on another machine may be away when the process starts; then it lives, says that it is not ready, and goes on by itself.
/// </summary>
/// <param name="mayWait">True where the store may be away at the start.</param>
internal sealed partial class StoreOpening(bool mayWait, TimeProvider time) : BackgroundService
{
    /// <summary>How long it rests before it asks again for a store that is away.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private readonly List<Func<CancellationToken, Task>> steps = [];
    private int done;
    private volatile StoreException? away;
    private volatile bool isOpen;
    private ImportQueue? answering;
    private WebApplication? app;
    private ILogger? logger;

    /// <summary>Why the start has ended, though late: the store came, and cannot be this registry's.</summary>
    public StoreException? Failure { get; private set; }

    /// <summary>Takes a step, if all before it could be taken; else it is taken after them, once the store is there.</summary>
    /// <exception cref="StoreException">The store is there and cannot be used, or may not be waited for.</exception>
    public async Task TakeAsync(Func<CancellationToken, Task> step, CancellationToken ct)
    {
        steps.Add(step);
        await GoOnAsync(ct);
    }

    /// <summary>Lets nobody in but those who ask whether the process lives, until the store is open; whom the store fails later is told to come again.</summary>
    public void Guard(WebApplication application)
    {
        app = application;
        logger = app.Services.GetRequiredService<ILogger<StoreOpening>>();
        var retry = TrafficLimits.RetryAfter(app.Services.GetRequiredService<TrafficLimits>().Wait);
        app.Use(async (context, next) =>
        {
            if (!isOpen && context.Request.Path == Health.Ready)
            {
                Health.NotReady(context, logger, away);
            }
            else if (!isOpen && context.Request.Path != Health.Live)
            {
                await Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The store is away: try again.", ("Retry-After", retry));
            }
            else
            {
                try
                {
                    await next(context);
                }
                catch (StoreException fault) when (fault.IsTransient && !context.Response.HasStarted)
                {
                    await Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The store is busy or away: try again.", ("Retry-After", retry));
                }
            }
        });
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TakeAsync(AnswerAsync, cancellationToken);
        if (away is { } fault)
        {
            LogAway(logger!, fault);
        }

        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await (answering?.StopAsync(cancellationToken) ?? Task.CompletedTask);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var rest = new PeriodicTimer(Rest, time);
        while (!isOpen && await rest.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await GoOnAsync(stoppingToken);
            }
            catch (StoreException fault)
            {
                Failure = fault;
                app!.Lifetime.StopApplication();
                return;
            }

            if (isOpen)
            {
                LogThere(logger!);
            }
        }
    }

    private async Task GoOnAsync(CancellationToken ct)
    {
        try
        {
            for (; done < steps.Count; done++)
            {
                await steps[done](ct);
            }

            away = null;
        }
        catch (StoreException fault) when (mayWait && (fault.IsTransient || done > 0))
        {
            // Once the store is open, what is loaded into it can be loaded again: what was, is left as it is.
            away = fault;
        }
    }

    /// <summary>The last step: what answers from the store by itself begins.</summary>
    private async Task AnswerAsync(CancellationToken ct)
    {
        answering = app!.Services.GetRequiredService<ImportQueue>();
        await answering.StartAsync(ct);
        isOpen = true;
    }

    [LoggerMessage(2004, LogLevel.Error, "The store is away. The registry answers nobody until it comes.")]
    private static partial void LogAway(ILogger logger, Exception fault);

    [LoggerMessage(2005, LogLevel.Information, "The store has come.")]
    private static partial void LogThere(ILogger logger);
}
