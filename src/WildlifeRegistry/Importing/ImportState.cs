using WildlifeRegistry.Access;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Importing;

public enum ImportPhase
{
    Queued,
    Running,

    /// <summary>Read to the end; single seizures may have been refused.</summary>
    Done,

    /// <summary>The file, or the rest of it, could not be read or written.</summary>
    Failed,

    Cancelled,

    /// <summary>The registry stopped meanwhile. The same file again goes on from where it was.</summary>
    Interrupted,
}

/// <param name="Column">Empty where the row as a whole is at fault.</param>
public sealed record ImportRefusal(int Line, string Column, string Value, string Reason);

/// <param name="Times">How often the file has it.</param>
public sealed record UnresolvedName(string Name, int Times);

/// <summary>How far a posted import is, as its officer is told and as it is kept beside the store. What it counts is on the disk.</summary>
/// <param name="Line">Every row up to this line is done with.</param>
/// <param name="Progress">How much of the file has been read, 0 to 1.</param>
/// <param name="Refusals">The first of them.</param>
/// <param name="Kept">Names of species that the reference does not know, kept as given; the most frequent.</param>
/// <param name="NotImported">Columns that the template does not have.</param>
/// <param name="Failure">Why it failed.</param>
public sealed record ImportState(
    string Id,
    ImportPhase Phase,
    string Format,
    string File,
    DateTimeOffset PostedAt,
    DateTimeOffset? EndedAt,
    double Progress,
    int Line,
    int Imported,
    int Amended,
    int Unchanged,
    int Refused,
    IReadOnlyList<ImportRefusal> Refusals,
    IReadOnlyList<UnresolvedName> Kept,
    IReadOnlyList<string> NotImported,
    string? ReadAs,
    string? Failure)
{
    public bool HasEnded => Phase is not (ImportPhase.Queued or ImportPhase.Running);

    internal ImportState With(ImportReport report, double progress) => this with
    {
        Progress = Math.Round(progress, 3),
        Line = report.Line,
        Imported = report.Imported,
        Amended = report.Amended,
        Unchanged = report.Unchanged,
        Refused = report.Refused,
        Refusals = [.. report.Refusals.Select(one => new ImportRefusal(one.Line, one.Refused.Column, one.Refused.Value, one.Refused.Message))],
    };
}

/// <summary>What is kept of an import: its state, and whose it is.</summary>
public sealed record KeptImport(string Officer, ImportState State);

/// <summary>An import that was posted: whose it is, and how far.</summary>
public sealed class PostedImport(Reader author, ImportState state) : IDisposable
{
    private readonly CancellationTokenSource cancelled = new();
    private ImportState state = state;

    public Reader Author { get; } = author;

    public OfficerId Officer => Author.Officer;

    public ImportState State => Volatile.Read(ref state);

    /// <summary>Where the files lie; null once they are gone.</summary>
    public ImportRequest? Request { get; set; }

    public CancellationToken Cancelled => cancelled.Token;

    public void Cancel() => cancelled.Cancel();

    public void Move(Func<ImportState, ImportState> next) => Volatile.Write(ref state, next(state));

    public void Dispose() => cancelled.Dispose();
}
