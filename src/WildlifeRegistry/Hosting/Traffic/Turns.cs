using WildlifeRegistry.Access;

namespace WildlifeRegistry.Hosting.Traffic;

/// <summary>Why a turn is not given.</summary>
internal enum TurnAnswer
{
    Given,

    /// <summary>The officer has as many as one may have.</summary>
    OwnFull,

    /// <summary>All officers together have as many as there are.</summary>
    Full,
}

/// <summary>
/// Turns at something that so many may do at once, and one officer so often. Who must wait is served officer by officer,
/// each in the order in which they came: an officer who asks a hundred questions is one voice among the others.
/// </summary>
/// <param name="patience">How long to wait for a turn; zero: not at all.</param>
internal sealed class Turns(int atOnce, int perOfficer, TimeSpan patience, TimeProvider time)
{
    private readonly Lock door = new();
    private readonly Dictionary<OfficerId, Line> lines = [];

    /// <summary>The officers who wait, each once, the next to be served first.</summary>
    private readonly Queue<Line> round = new();

    private int running;
    private int waiting;

    public int Running => Volatile.Read(ref running);

    public int Waiting => Volatile.Read(ref waiting);

    /// <summary>A turn, which its holder gives back by disposing of it.</summary>
    public async ValueTask<(TurnAnswer Answer, IDisposable? Turn)> TakeAsync(OfficerId officer, CancellationToken ct)
    {
        Line line;
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (door)
        {
            if (!lines.TryGetValue(officer, out line!))
            {
                lines.Add(officer, line = new Line(officer));
            }

            if (running < atOnce && line.Running < perOfficer)
            {
                return (TurnAnswer.Given, Give(line));
            }

            if (patience == TimeSpan.Zero)
            {
                return (Why(line), null);
            }

            line.Waiters.AddLast(waiter);
            waiting++;
            Queue(line);
        }

        try
        {
            await waiter.Task.WaitAsync(patience, time, ct);
        }
        catch (TimeoutException)
        {
            if (Leave(line, waiter) is { } why)
            {
                return (why, null);
            }
        }
        catch (OperationCanceledException)
        {
            if (Leave(line, waiter) is null)
            {
                Release(line); // given in the same moment, and nobody is there to take it
            }

            throw;
        }

        return (TurnAnswer.Given, new Turn(this, line));
    }

    /// <summary>Stops waiting; null where the turn was given in the same moment.</summary>
    private TurnAnswer? Leave(Line line, TaskCompletionSource waiter)
    {
        lock (door)
        {
            if (!line.Waiters.Remove(waiter))
            {
                return null;
            }

            waiting--;
            return Why(line);
        }
    }

    private void Queue(Line line)
    {
        if (!line.IsInRound)
        {
            line.IsInRound = true;
            round.Enqueue(line);
        }
    }

    private Turn Give(Line line)
    {
        running++;
        line.Running++;
        return new Turn(this, line);
    }

    private TurnAnswer Why(Line line)
    {
        var why = line.Running >= perOfficer ? TurnAnswer.OwnFull : TurnAnswer.Full;
        Forget(line);
        return why;
    }

    private void Release(Line line)
    {
        lock (door)
        {
            running--;
            line.Running--;
            Forget(line);
            for (var left = round.Count; left > 0 && running < atOnce; left--)
            {
                var next = round.Dequeue();
                next.IsInRound = false;
                if (next.Running < perOfficer && next.Waiters.First is { } first)
                {
                    next.Waiters.RemoveFirst();
                    waiting--;
                    Give(next);
                    first.Value.SetResult();
                }

                if (next.Waiters.Count > 0)
                {
                    Queue(next);
                }
            }
        }
    }

    private void Forget(Line line)
    {
        if (line.Running == 0 && line.Waiters.Count == 0)
        {
            lines.Remove(line.Officer);
        }
    }

    private sealed class Line(OfficerId officer)
    {
        public OfficerId Officer => officer;

        public int Running { get; set; }

        public bool IsInRound { get; set; }

        public LinkedList<TaskCompletionSource> Waiters { get; } = new();
    }

    private sealed class Turn(Turns turns, Line line) : IDisposable
    {
        private Turns? turns = turns;

        public void Dispose() => Interlocked.Exchange(ref turns, null)?.Release(line);
    }
}
