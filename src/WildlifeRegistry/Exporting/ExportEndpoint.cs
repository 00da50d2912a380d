using System.Globalization;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Hosting.Traffic;
using WildlifeRegistry.Importing;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Exporting;

/// <summary>
/// Exports over HTTP. A file is made whole on the disk before its first byte leaves: so it comes whole or not at all,
/// its header says what was left out, and a slow reader holds no store.
/// </summary>
public sealed class ExportEndpoint(string folder, Admission admission, RegistryParts parts, ImportLimits limits, TrafficLimits traffic)
{
    private static readonly (string Name, string Value) Soon = ("Retry-After", "30");

    public static void Map(WebApplication app) => app.MapGet("/exports", (HttpContext context, ExportEndpoint endpoint) => endpoint.AnswerAsync(context));

    private async Task AnswerAsync(HttpContext context)
    {
        using var admitted = await admission.AdmitAsync(context);
        if (admitted is null)
        {
            return;
        }

        var reader = admitted.Reader;
        if (!reader.Roles.Any(ExportFile.Exporters.Contains))
        {
            await Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "Your role may not export: an OFFICER, ANALYST, PROSECUTOR, LIAISON or OBSERVER may.");
            return;
        }

        using var place = await admission.ExportAsync(context, reader);
        if (place is null)
        {
            return;
        }

        try
        {
            await ExportAsync(context, reader);
        }
        catch (RequestException fault)
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, fault.Message);
        }
        catch (StoreException)
        {
            await Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The store is busy or away: try again.", Soon);
        }
        catch (IOException) when (!context.Response.HasStarted)
        {
            await Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The registry's disk has no room for the export.", Soon);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            parts.Meter.Reached(Limit.ExportTime);
            await Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The export took too long: ask for less.");
        }
    }

    private async Task ExportAsync(HttpContext context, Reader reader)
    {
        var query = context.Request.Query;
        var format = query["format"].ToString() switch
        {
            "csv" => ExportFormat.Csv,
            "xlsx" => ExportFormat.Xlsx,
            "ndjson" => ExportFormat.Ndjson,
            _ => throw new RequestException(ErrorCode.InvalidValue, "format is csv, xlsx or ndjson."),
        };
        var kind = query["kind"].ToString();
        if (!string.Equals(kind, format == ExportFormat.Ndjson ? "records" : "seizures", StringComparison.Ordinal))
        {
            throw new RequestException(ErrorCode.InvalidValue, "kind is seizures, as csv or xlsx, or records, as ndjson.");
        }

        var filter = ExportFilter.Read(query.Where(pair => pair.Key is not ("format" or "kind")).SelectMany(pair => pair.Value.Select(value => (pair.Key, value ?? ""))));
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        timeout.CancelAfter(limits.Export);
        await using var file = new FileStream(Path.Combine(Private.Folder(folder), Path.GetRandomFileName()), Private.Passing);
        var count = await ExportFile.WriteAsync(file, format, filter, new RequestContext(reader, parts), timeout.Token);
        var (type, name) = format switch
        {
            ExportFormat.Csv => ("text/csv; charset=utf-8", "seizures.csv"),
            ExportFormat.Xlsx => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "seizures.xlsx"),
            ExportFormat.Ndjson => ("application/x-ndjson; charset=utf-8", "records.ndjson"),
            _ => throw new InvalidOperationException("A format outside the closed set."),
        };
        context.Response.ContentType = type;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        context.Response.Headers["X-Records"] = count.Records.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["X-Left-Out"] = count.LeftOut.ToString(CultureInfo.InvariantCulture);
        parts.Meter.Exported(RecordJson.NameOf(format));
        await context.SendAsync(file, traffic.Stall);
    }
}
