using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Hosting.Traffic;
using WildlifeRegistry.Importing.Sheets;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Importing;

/// <summary>Files over HTTP: posted, asked about, cancelled. An import is its officer's alone.</summary>
public sealed class ImportEndpoint(Admission admission, ImportQueue queue, ImportLimits limits, RegistryMeter meter)
{
    private const int MaxName = 100, MaxParts = 8, Slack = 64 * 1024;
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private static readonly (string Name, string Value) Soon = ("Retry-After", "30");

    public static void Map(WebApplication app)
    {
        app.MapPost("/imports", (HttpContext context, ImportEndpoint endpoint) => endpoint.PostAsync(context));
        app.MapGet("/imports/template", (HttpContext context, ImportEndpoint endpoint) => endpoint.TemplateAsync(context));
        app.MapGet("/imports/{id}", (HttpContext context, string id, ImportEndpoint endpoint) => endpoint.OwnAsync(context, id, ShowAsync));
        app.MapGet("/imports/{id}/errors", (HttpContext context, string id, ImportEndpoint endpoint) => endpoint.OwnAsync(context, id, endpoint.ErrorsAsync));
        app.MapDelete("/imports/{id}", (HttpContext context, string id, ImportEndpoint endpoint) => endpoint.OwnAsync(context, id, endpoint.CancelAsync));
    }

    private async Task PostAsync(HttpContext context)
    {
        using var admitted = await AdmitAsync(context);
        if (admitted is not { Reader: var reader })
        {
            return;
        }

        var format = context.Request.Query["format"].ToString();
        if (!ImportFile.Formats.Contains(format, StringComparer.Ordinal))
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, $"Say what the file is: format={string.Join(" or ", ImportFile.Formats)}.");
            return;
        }

        switch (queue.Take(reader.Officer))
        {
            case QueueAnswer.Given:
                break;
            case QueueAnswer.TooManyOfOfficer:
                meter.Reached(Limit.OfficerImports);
                await Problems.WriteAsync(context, StatusCodes.Status429TooManyRequests, $"You have {limits.PerOfficer} imports on their way: wait until one has ended.", Soon);
                return;
            case QueueAnswer.Full:
                meter.Reached(Limit.Imports);
                await Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The registry has as many imports on their way as it takes: try again.", Soon);
                return;
            default:
                throw new InvalidOperationException("An answer outside the closed set.");
        }

        await ReceiveAsync(context, reader, format);
    }

    /// <summary>Takes the files in on a place of the queue, which is given back where nothing comes of it.</summary>
    private async Task ReceiveAsync(HttpContext context, Reader reader, string format)
    {
        var upload = new Upload(queue, RecordId.NewRandom().ToString(), limits.Bytes);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        timeout.CancelAfter(limits.Upload);
        PostedImport? posted = null;
        try
        {
            Widen(context);
            await upload.ReadAsync(context.Request, timeout.Token);
            posted = queue.Enqueue(reader, upload.Id, upload.Request(format));
        }
        catch (UploadException fault)
        {
            await Problems.WriteAsync(context, fault.Status, fault.Message);
        }
        catch (ImportException fault)
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, fault.Message);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException fault)
        {
            await Problems.WriteAsync(context, fault.StatusCode, fault.StatusCode == StatusCodes.Status413PayloadTooLarge ? upload.TooLarge : "The upload broke off or was too slow.");
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            meter.Reached(Limit.UploadTime);
            await Problems.WriteAsync(context, StatusCodes.Status408RequestTimeout, "The upload took too long.");
        }
        catch (InvalidDataException)
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "The body is not well-formed multipart/form-data.");
        }
        catch (IOException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The upload broke off, or the registry's disk has no room for it.", Soon);
        }
        finally
        {
            if (posted is null)
            {
                upload.Remove();
                queue.GiveBack(reader.Officer);
            }
        }

        if (posted is not null)
        {
            context.Response.Headers.Location = $"/imports/{posted.State.Id}";
            await WriteAsync(context, StatusCodes.Status202Accepted, posted.State);
        }
    }

    /// <summary>A file may be larger than a question.</summary>
    private void Widen(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = (2 * limits.Bytes) + Slack;
        }
    }

    private async Task TemplateAsync(HttpContext context)
    {
        using var admitted = await AdmitAsync(context);
        if (admitted is null)
        {
            return;
        }

        var isCsv = context.Request.Query["format"].ToString() is "csv";
        using var file = new MemoryStream();
        if (isCsv)
        {
            SeizureTemplate.WriteCsv(file);
        }
        else
        {
            SeizureTemplate.WriteWorkbook(file);
        }

        await Results.File(file.ToArray(), isCsv ? "text/csv; charset=utf-8" : Xlsx, isCsv ? "seizures.csv" : "seizures.xlsx").ExecuteAsync(context);
    }

    private static Task ShowAsync(HttpContext context, PostedImport posted) => WriteAsync(context, StatusCodes.Status200OK, posted.State);

    private async Task ErrorsAsync(HttpContext context, PostedImport posted)
    {
        var state = posted.State;
        var path = queue.PathOf(state.Id, "errors.csv");
        if (!state.HasEnded)
        {
            await Problems.WriteAsync(context, StatusCodes.Status409Conflict, "The import has not ended yet.", ("Retry-After", "5"));
        }
        else if (!File.Exists(path))
        {
            await Problems.WriteAsync(context, StatusCodes.Status404NotFound, "The import refused no row.");
        }
        else
        {
            await Results.File(path, "text/csv; charset=utf-8", $"{Path.GetFileNameWithoutExtension(state.File)}-refused.csv").ExecuteAsync(context);
        }
    }

    /// <summary>Cancels an import that is on its way; forgets one that has ended.</summary>
    private async Task CancelAsync(HttpContext context, PostedImport posted)
    {
        if (posted.State.HasEnded)
        {
            queue.Forget(posted);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        posted.Cancel();
        await WriteAsync(context, StatusCodes.Status202Accepted, posted.State);
    }

    private async Task OwnAsync(HttpContext context, string id, Func<HttpContext, PostedImport, Task> answer)
    {
        using var admitted = await AdmitAsync(context);
        if (admitted is not { Reader: var reader })
        {
            return;
        }

        if (queue.Find(id, reader.Officer) is { } posted)
        {
            await answer(context, posted);
        }
        else
        {
            await Problems.WriteAsync(context, StatusCodes.Status404NotFound, "You have posted no such import.");
        }
    }

    /// <summary>The officer, where one may import; else the refusal is written.</summary>
    private async Task<Admitted?> AdmitAsync(HttpContext context)
    {
        var admitted = await admission.AdmitAsync(context);
        if (admitted is null || admitted.Reader.Roles.Any(ImportFile.Importers.Contains))
        {
            return admitted;
        }

        using (admitted)
        {
            await Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "Your role may not record: an OFFICER, ANALYST, PROSECUTOR or LIAISON may import.");
            return null;
        }
    }

    private static async Task WriteAsync(HttpContext context, int status, ImportState state)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await JsonSerializer.SerializeAsync(context.Response.Body, state, RecordJson.Options, context.RequestAborted);
    }

    private sealed class UploadException(int status, string message) : Exception(message)
    {
        public int Status { get; } = status;
    }

    /// <summary>The files of one request on their way to the disk.</summary>
    private sealed class Upload(ImportQueue queue, string id, long most)
    {
        private readonly List<(string Field, string Name, string Path)> files = [];
        private ColumnMapping mapping = ColumnMapping.None;

        public string Id => id;

        public string TooLarge => string.Create(CultureInfo.InvariantCulture, $"A file has at most {most >> 20} MB.");

        public ImportRequest Request(string format)
        {
            var (_, name, path) = files.FirstOrDefault(file => file.Field is "file");
            var (_, legsName, legsPath) = files.FirstOrDefault(file => file.Field is "legs");
            if (path is null)
            {
                throw new UploadException(StatusCodes.Status400BadRequest, "There is no file: it is the body, or the part named file of multipart/form-data.");
            }

            if ((legsPath is not null && format is not ImportFile.C4ads) || (!ReferenceEquals(mapping, ColumnMapping.None) && format is not ImportFile.Seizures))
            {
                throw new UploadException(StatusCodes.Status400BadRequest, "The part legs goes with the format c4ads, and the part mapping with seizures.");
            }

            return new ImportRequest(format, name, path, legsName, legsPath, mapping);
        }

        public async Task ReadAsync(HttpRequest request, CancellationToken ct)
        {
            if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            {
                var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
                await PartsAsync(new MultipartReader(string.IsNullOrEmpty(boundary) || boundary.Length > 200 ? throw new InvalidDataException() : boundary, request.Body), ct);
                return;
            }

            var named = ContentDispositionHeaderValue.TryParse(request.Headers.ContentDisposition.ToString(), out var disposition) ? FileName(disposition) : request.Query["name"].ToString();
            await SaveAsync("file", named, request.Body, ct);
        }

        public void Remove()
        {
            foreach (var (_, _, path) in files)
            {
                File.Delete(path);
            }
        }

        private async Task PartsAsync(MultipartReader parts, CancellationToken ct)
        {
            var count = 0;
            while (await parts.ReadNextSectionAsync(ct) is { } part)
            {
                if (++count > MaxParts || !ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition))
                {
                    throw new InvalidDataException();
                }

                var field = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
                switch (field)
                {
                    case "file" or "legs" when !files.Exists(file => string.Equals(file.Field, field, StringComparison.Ordinal)):
                        await SaveAsync(field, FileName(disposition), part.Body, ct);
                        break;
                    case "mapping":
                        mapping = ColumnMapping.Read(await SmallAsync(part.Body, ct));
                        break;
                    default:
                        throw new UploadException(StatusCodes.Status400BadRequest, "The parts are file, legs and mapping, each at most once.");
                }
            }
        }

        private async Task SaveAsync(string field, string given, Stream body, CancellationToken ct)
        {
            var path = queue.PathOf(id, $"{field}.part");
            files.Add((field, Clean(given), path));
            await using var file = new FileStream(path, Private.New);
            var buffer = new byte[64 * 1024];
            var size = 0L;
            int read;
            while ((read = await body.ReadAsync(buffer, ct)) > 0)
            {
                size += read;
                if (size > most)
                {
                    throw new UploadException(StatusCodes.Status413PayloadTooLarge, TooLarge);
                }

                await file.WriteAsync(buffer.AsMemory(0, read), ct);
            }

            if (size == 0)
            {
                throw new UploadException(StatusCodes.Status400BadRequest, "The file is empty.");
            }
        }

        private static async Task<byte[]> SmallAsync(Stream body, CancellationToken ct)
        {
            using var whole = new MemoryStream();
            var buffer = new byte[4096];
            int read;
            while ((read = await body.ReadAsync(buffer, ct)) > 0 && whole.Length <= ColumnMapping.MaxBytes)
            {
                whole.Write(buffer, 0, read);
            }

            return whole.ToArray();
        }

        private static string FileName(ContentDispositionHeaderValue disposition) =>
            HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value ?? "";

        /// <summary>The name as people may be shown it: without a folder, and of plain characters.</summary>
        private static string Clean(string given)
        {
            var name = given[(given.LastIndexOfAny(['/', '\\']) + 1)..];
            name = string.Concat(name.Where(character => !CellText.IsForbidden(character) && !char.IsSurrogate(character))).Trim();
            return name.Length == 0 ? "upload" : name[..Math.Min(name.Length, MaxName)];
        }
    }
}
