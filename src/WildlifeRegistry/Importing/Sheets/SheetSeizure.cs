using System.Globalization;
using WildlifeRegistry.Recording;

namespace WildlifeRegistry.Importing.Sheets;

/// <summary>A cell with something in it, and where it stands.</summary>
public sealed record SheetCell(CsvRow Row, string Column, string Text);

/// <summary>The rows of one seizure as the input of a mutation, and which cell each field of it came from.</summary>
/// <param name="Digest">SHA-256 of what it says of the seizure itself and its specimens.</param>
/// <param name="Parts">A digest of each suspect with its identifiers, then of each other identifier.</param>
public sealed record SheetSeizure(Dictionary<string, object?> Input, IReadOnlyDictionary<string, SheetCell> Cells, string Digest, IReadOnlyList<string> Parts)
{
    /// <summary>The refusals of an input, told by their cells: the first, with the others in its reason.</summary>
    public RowRefusedException Refused(IReadOnlyList<Refusal> refusals)
    {
        const int MostOthers = 4;
        var told = refusals.Select(refusal => (Cell: refusal is InvalidInput invalid ? CellOf(invalid.Field) : null, refusal.Message)).DistinctBy(fault => (fault.Cell?.Column, fault.Cell?.Row.Line, fault.Message)).ToList();
        var others = told.Skip(1).Take(MostOthers).Select(fault => fault.Cell is null ? fault.Message : $"{fault.Cell.Column} \"{fault.Cell.Text}\": {fault.Message}").ToList();
        var (cell, message) = told[0];
        var more = told.Count - 1 - others.Count;
        return new RowRefusedException(
            cell?.Column ?? "",
            cell?.Text ?? "",
            message + (others.Count == 0 ? "" : " Also: " + string.Join(" ", others)) + (more > 0 ? string.Create(CultureInfo.InvariantCulture, $" And {more} more.") : ""))
        {
            Row = cell?.Row,
        };
    }

    /// <summary>The cell of a field, or of the nearest that it is part of.</summary>
    private SheetCell? CellOf(string field)
    {
        for (var path = field; path.Length > 0; path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))])
        {
            if (Cells.TryGetValue(path, out var cell))
            {
                return cell;
            }
        }

        return null;
    }
}
