using System.Globalization;
using System.Text;
using CsvHelper;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Importing;
using WildlifeRegistry.Importing.Sheets;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Seizures;

namespace WildlifeRegistry.Exporting;

public enum ExportFormat
{
    Csv,
    Xlsx,

    /// <summary>Records and links of all kinds, one JSON object a line.</summary>
    Ndjson,
}

/// <summary>An export as a file: what the verb and the endpoint share.</summary>
public static class ExportFile
{
    /// <summary>Most rows of a sheet, its header included (ECMA-376).</summary>
    private const int MaxRows = 1_048_576;

    public static readonly IReadOnlyList<Role> Exporters = [Role.Officer, Role.Analyst, Role.Prosecutor, Role.Liaison, Role.Observer];

    /// <summary>Writes an export. Broken off, what is written is worth nothing.</summary>
    /// <param name="filter">As <see cref="ExportFilter.Read"/>; lines of records and links ask for their world alone.</param>
    /// <exception cref="RequestException">A value of the filter is not allowed, or a workbook would be too long.</exception>
    public static async Task<ExportCount> WriteAsync(Stream stream, ExportFormat format, Arguments filter, RequestContext request, CancellationToken ct)
    {
        var run = new ExportRun(request, ct);
        switch (format)
        {
            case ExportFormat.Csv:
                await WriteCsvAsync(stream, Rows(run, filter, request), ct);
                break;
            case ExportFormat.Xlsx:
                await WriteWorkbookAsync(stream, run, Rows(run, filter, request), ct);
                break;
            case ExportFormat.Ndjson:
                await run.WriteLinesAsync(stream, filter.Flag("exercise"));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format));
        }

        await stream.FlushAsync(ct);
        return run.Count;
    }

    private static async IAsyncEnumerable<string[]> Rows(ExportRun run, Arguments filter, RequestContext request)
    {
        yield return [.. SeizureColumns.Exported.Select(column => column.English)];
        await foreach (var seizure in run.SeizuresAsync(SeizureQueries.Page(filter, request, newestFirst: false)))
        {
            foreach (var row in SeizureRows.Of(seizure, request))
            {
                yield return row;
            }
        }
    }

    private static async Task WriteCsvAsync(Stream stream, IAsyncEnumerable<string[]> rows, CancellationToken ct)
    {
        // With a byte order mark, which Excel needs to read UTF-8 as such.
        await using var csv = new CsvWriter(new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true), CultureInfo.InvariantCulture);
        await foreach (var row in rows.WithCancellation(ct))
        {
            foreach (var cell in row)
            {
                csv.WriteField(CellText.Harmless(cell));
            }

            await csv.NextRecordAsync();
        }
    }

    private static async Task WriteWorkbookAsync(Stream stream, ExportRun run, IAsyncEnumerable<string[]> rows, CancellationToken ct)
    {
        using var workbook = new WorkbookWriter(stream);
        workbook.Begin("Seizures", [.. SeizureColumns.Exported.Select(_ => 24)]);
        var written = 0;
        await foreach (var row in rows.WithCancellation(ct))
        {
            if (++written > MaxRows)
            {
                throw new RequestException(ErrorCode.PlanTooLarge, $"A sheet has at most {MaxRows} rows: ask for CSV, or for less.");
            }

            // As text a cell is harmless already, but not once somebody saves the sheet as CSV.
            workbook.Row(row.Select(CellText.Harmless));
        }

        workbook.Begin("About", [36, 24]);
        workbook.Row(["What", "How many"]);
        workbook.Row(["Seizures", run.Count.Records.ToString(CultureInfo.InvariantCulture)]);
        workbook.Row(["Left out: handling H2 of other agencies", run.Count.LeftOut.ToString(CultureInfo.InvariantCulture)]);
        workbook.Complete();
    }
}
