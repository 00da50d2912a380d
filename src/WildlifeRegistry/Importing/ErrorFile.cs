using System.Globalization;
using System.Text;
using CsvHelper;

namespace WildlifeRegistry.Importing;

/// <summary>
/// The refused rows as they were given, after where and why each was refused. It can be mended and fed again: its own
/// columns are then passed over.
/// </summary>
public sealed class ErrorFile : IDisposable
{
    private static readonly string[] Own = ["refused line", "refused column", "refused value", "refused reason"];

    private readonly CsvWriter csv;
    private readonly List<int> copied;

    /// <exception cref="ImportException">The file cannot be written.</exception>
    public ErrorFile(string path, IFileRows rows)
    {
        copied = [.. Enumerable.Range(0, rows.Header.Count).Where(at => !IsOwn(rows.Header[at]))];
        try
        {
            // With a byte order mark, which Excel needs to read UTF-8 as such.
            csv = new CsvWriter(new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true)), CultureInfo.InvariantCulture);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ImportException($"The error file cannot be written: {fault.Message}");
        }

        Write([.. Own, .. copied.Select(at => rows.Header[at])]);
    }

    public static bool IsOwn(string column) => Own.Contains(column, StringComparer.OrdinalIgnoreCase);

    /// <exception cref="ImportException">The file cannot be written further.</exception>
    public void Add(CsvRow row, RowRefusedException refused)
    {
        var given = row.Given.ToList();
        Write([row.Line.ToString(CultureInfo.InvariantCulture), refused.Column, refused.Value, refused.Message, .. copied.Select(at => given[at])]);
    }

    /// <summary>Writes out what waits in memory.</summary>
    /// <exception cref="ImportException">It cannot be written.</exception>
    public void Flush() => Guarded(csv.Flush);

    public void Dispose()
    {
        try
        {
            csv.Dispose();
        }
        catch (IOException)
        {
            // Said already, by the row that could not be written; or the rows are lost, and a rerun refuses them again.
        }
    }

    private void Write(IEnumerable<string> cells) => Guarded(() =>
    {
        foreach (var cell in cells)
        {
            csv.WriteField(CellText.Harmless(CellText.Plain(cell)));
        }

        csv.NextRecord();
    });

    /// <summary>Without its error file an import must not go on as if nothing were lost.</summary>
    private static void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (IOException fault)
        {
            throw new ImportException($"The error file cannot be written ({fault.Message.TrimEnd('.')}). What was counted is imported; make room and import the file again: nothing is imported twice.");
        }
    }
}
