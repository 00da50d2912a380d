using System.Collections.Immutable;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Importing;

/// <summary>What becomes of the rows of one file: which of them are one seizure, what they say, what that changes. Made anew for each file.</summary>
public interface IImportWork
{
    /// <summary>True where consecutive rows may be one seizure.</summary>
    bool HasSeveralRows { get; }

    /// <summary>True where a row goes on with the seizure that another began.</summary>
    bool Continues(CsvRow first, CsvRow next);

    /// <summary>What the rows of one seizure say.</summary>
    /// <param name="file">The file's name, for the provenance.</param>
    /// <exception cref="RowRefusedException">They do not say what a seizure must say, or their key has occurred already.</exception>
    ImportUnit Read(string file, IReadOnlyList<CsvRow> rows);

    /// <summary>What they would change in the registry as it is now; asked again where others have written meanwhile.</summary>
    /// <exception cref="RowRefusedException">They cannot be imported.</exception>
    Task<ImportChange> JudgeAsync(ImportUnit unit, CancellationToken ct);
}

/// <summary>The rows of one seizure, read.</summary>
public abstract record ImportUnit(IReadOnlyList<CsvRow> Rows, IReadOnlyList<Mention> Mentions);

public enum ImportOutcome
{
    Unchanged,
    Imported,
    Amended,
}

/// <summary>What one seizure of a file changes.</summary>
public sealed record ImportChange(ImportOutcome Outcome, ChangeSet Changes)
{
    /// <summary>The names of species in it, where they are known only now; null: those of the unit.</summary>
    public IReadOnlyList<Mention>? Mentions { get; init; }

    public static ImportChange Nothing { get; } = new(ImportOutcome.Unchanged, new ChangeSet());

    /// <summary>All of them as one change: made together or not at all.</summary>
    internal static ChangeSet Together(IReadOnlyList<ImportChange> changes) => new()
    {
        Records = [.. changes.SelectMany(change => change.Changes.Records)],
        Amended = [.. changes.SelectMany(change => change.Changes.Amended)],
        Connectors = [.. changes.SelectMany(change => change.Changes.Connectors).DistinctBy(connector => connector.Id)],
        Links = [.. changes.SelectMany(change => change.Changes.Links)],
        AmendedLinks = [.. changes.SelectMany(change => change.Changes.AmendedLinks)],
        Unchanged = [.. changes.SelectMany(change => change.Changes.Unchanged)],
    };
}
