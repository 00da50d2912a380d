using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WildlifeRegistry.Importing;
using WildlifeRegistry.Importing.Sheets;
using WildlifeRegistry.Records;
using WildlifeRegistry.Tests.Importing.Sheets;

namespace WildlifeRegistry.Tests.Importing;

/// <summary>Files posted over HTTP, by officers and by those who would do harm.</summary>
public sealed class PostedImportTests
{
    private const string Text = SheetWorld.Header + "\nA,2024,KZ,horns,1,kg\nB,,KZ,horns,1,kg\n";

    [Fact]
    public async Task A_workbook_is_posted_followed_to_its_end_and_its_refused_rows_are_fetched()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var token = await registry.TokenOfAsync("kz-customs-officer");
        using var parts = new MultipartFormDataContent
        {
            { new ByteArrayContent(Encoding.UTF8.GetBytes("Номер;Когда;Страна;Вид\nA;2024;KZ;horns\nB;;KZ;horns\n")), "file", "../изъятия.csv" },
            { new StringContent("{\"Номер\":\"Agency reference\",\"Когда\":\"Date\"}"), "mapping" },
        };
        var accepted = await PostAsync(registry, token, parts);
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        var location = Assert.Single(accepted.Headers["Location"]);
        Assert.StartsWith("/imports/", location, StringComparison.Ordinal);
        var state = await EndedAsync(registry, token, location);
        Assert.Equal(("DONE", 1, 1, "изъятия.csv"), (state.GetProperty("phase").GetString(), state.GetProperty("imported").GetInt32(), state.GetProperty("refused").GetInt32(), state.GetProperty("file").GetString()));
        Assert.Equal((3, "Когда", "A seizure has a date."), (state.GetProperty("refusals")[0].GetProperty("line").GetInt32(), state.GetProperty("refusals")[0].GetProperty("column").GetString(), state.GetProperty("refusals")[0].GetProperty("reason").GetString()));
        var errors = await SendAsync(registry, HttpMethod.Get, token, location + "/errors");
        Assert.Equal((HttpStatusCode.OK, true), (errors.Status, errors.Text.Contains("B,,KZ,horns", StringComparison.Ordinal)));

        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(registry, HttpMethod.Delete, token, location)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(registry, HttpMethod.Get, token, location)).Status);
        Assert.Empty(Directory.EnumerateFiles(Folder(registry)));
    }

    [Fact]
    public async Task An_import_is_its_officer_s_alone_and_to_others_like_a_missing_one()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var token = await registry.TokenOfAsync("kz-customs-officer");
        var location = Assert.Single((await PostAsync(registry, token, Body(Text))).Headers["Location"]);
        await EndedAsync(registry, token, location);
        foreach (var persona in new[] { "kz-customs-analyst", "uz-customs-officer" })
        {
            var stranger = await registry.TokenOfAsync(persona);
            foreach (var (method, suffix) in new[] { (HttpMethod.Get, ""), (HttpMethod.Get, "/errors"), (HttpMethod.Delete, "") })
            {
                var hidden = await SendAsync(registry, method, stranger, location + suffix);
                var missing = await SendAsync(registry, method, stranger, "/imports/" + RecordId.NewRandom() + suffix);
                Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (hidden.Status, missing.Status));
                Assert.Equal(WithoutTrace(missing), WithoutTrace(hidden));
            }
        }

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(registry, HttpMethod.Get, token, location + "/errors")).Status);
    }

    [Fact]
    public async Task Who_may_not_record_may_not_import_and_nothing_is_taken_in()
    {
        await using var registry = await RegistryApplication.StartAsync();
        foreach (var persona in new[] { "eco-observer", "kz-customs-admin", "kz-customs-auditor" })
        {
            Assert.Equal((persona, HttpStatusCode.Forbidden), (persona, (await PostAsync(registry, await registry.TokenOfAsync(persona), Body(Text))).Status));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(registry, null, Body(Text))).Status);
        Assert.Empty(Directory.EnumerateFiles(Folder(registry)));
    }

    [Fact]
    public async Task A_request_that_is_no_import_is_refused_by_what_is_wrong_with_it_and_leaves_no_file()
    {
        await using var registry = await RegistryApplication.StartAsync(["Limits:ImportMegabytes=1"]);
        var token = await registry.TokenOfAsync("kz-customs-officer");
        using var wrongPart = new MultipartFormDataContent { { new StringContent("x"), "color" } };
        using var noFile = new MultipartFormDataContent { { new StringContent("{}"), "mapping" } };
        using var legs = new MultipartFormDataContent { { new StringContent(Text), "file", "a.csv" }, { new StringContent("x"), "legs", "b.csv" } };
        foreach (var (body, query, status, detail) in new (HttpContent Body, string Query, HttpStatusCode Status, string Detail)[]
        {
            (Body(Text), "?format=pdf", HttpStatusCode.BadRequest, "Say what the file is: format=c4ads or cites or seizures."),
            (Body(""), "?format=seizures", HttpStatusCode.BadRequest, "The file is empty."),
            (Body(new string('x', 1_048_577)), "?format=seizures", HttpStatusCode.RequestEntityTooLarge, "A file has at most 1 MB."),
            (wrongPart, "?format=seizures", HttpStatusCode.BadRequest, "The parts are file, legs and mapping, each at most once."),
            (noFile, "?format=seizures", HttpStatusCode.BadRequest, "There is no file: it is the body, or the part named file of multipart/form-data."),
            (legs, "?format=seizures", HttpStatusCode.BadRequest, "The part legs goes with the format c4ads, and the part mapping with seizures."),
        })
        {
            var answer = await PostAsync(registry, token, body, query);
            Assert.Equal((status, detail), (answer.Status, answer.Json.GetProperty("detail").GetString()));
        }

        Assert.Empty(Directory.EnumerateFiles(Folder(registry)));
        for (var again = 0; again < 10; again++)
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(registry, token, Body(""))).Status); // no place of the queue is lost
        }
    }

    [Fact]
    public async Task A_thousand_imports_are_taken_in_or_put_off_all_that_were_taken_end_and_nothing_is_left_of_them()
    {
        await using var registry = await RegistryApplication.StartAsync(["Limits:ImportQueue=8", "Limits:ImportsPerOfficer=3"]);
        string[] personas = ["kz-customs-officer", "kz-customs-analyst", "kz-prosecutor", "uz-customs-officer", "pk-customs-officer"];
        var answers = new List<(string Token, Answer Answer)>();
        foreach (var batch in Enumerable.Range(0, 1000).Chunk(50))
        {
            var tokens = new List<string>();
            foreach (var persona in personas)
            {
                tokens.Add(await registry.TokenOfAsync(persona));
            }

            answers.AddRange(await Task.WhenAll(batch.Select(async number =>
            {
                var token = tokens[number % personas.Length];
                return (token, await PostAsync(registry, token, Body($"{SheetWorld.Header}\nR{number},2024,KZ,horns,1,kg\n")));
            })));
        }

        Assert.Equal(1000, answers.Count);
        Assert.All(answers, answer => Assert.True(answer.Answer.Status is HttpStatusCode.Accepted or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable, answer.Answer.Text));
        Assert.All(answers.Where(answer => answer.Answer.Status != HttpStatusCode.Accepted), answer => Assert.Equal("30", Assert.Single(answer.Answer.Headers["Retry-After"])));
        Assert.Contains(answers, answer => answer.Answer.Status == HttpStatusCode.TooManyRequests);
        var accepted = answers.Where(answer => answer.Answer.Status == HttpStatusCode.Accepted).ToList();
        Assert.NotEmpty(accepted);
        var last = accepted.GroupBy(answer => answer.Token, StringComparer.Ordinal).Select(group => group.Last());
        foreach (var (token, answer) in last)
        {
            await EndedAsync(registry, token, Assert.Single(answer.Headers["Location"]));
        }

        // One more by each: the places came back.
        foreach (var persona in personas)
        {
            var token = await registry.TokenOfAsync(persona);
            Assert.Equal("DONE", (await EndedAsync(registry, token, Assert.Single((await PostAsync(registry, token, Body(Text))).Headers["Location"]))).GetProperty("phase").GetString());
        }

        Assert.Empty(Directory.EnumerateFiles(Folder(registry), "*.part"));
        Assert.InRange(Directory.EnumerateFiles(Folder(registry), "*.json").Count(), 1, 210);
    }

    [Fact]
    public async Task An_import_that_a_stop_cut_off_says_so_after_the_start_and_the_file_again_goes_on()
    {
        var id = RecordId.NewRandom().ToString();
        await using var registry = await RegistryApplication.StartAsync();
        var queue = registry.Services.GetRequiredService<ImportQueue>();
        var token = await registry.TokenOfAsync("kz-customs-officer");
        var kept = new KeptImport("KZ-CUSTOMS/demo-officer", new ImportState(id, ImportPhase.Running, "seizures", "a.csv", DateTimeOffset.UnixEpoch, null, 0.5, 51, 50, 0, 0, 0, [], [], [], "UTF-8", null));
        await File.WriteAllBytesAsync(queue.PathOf(id, "json"), RecordJson.Write(kept), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(queue.PathOf(id, "file.part"), Text, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(queue.PathOf("broken", "json"), "{", TestContext.Current.CancellationToken);
        await queue.StopAsync(TestContext.Current.CancellationToken);
        await queue.StartAsync(TestContext.Current.CancellationToken);

        var state = (await SendAsync(registry, HttpMethod.Get, token, "/imports/" + id)).Json;
        Assert.Equal(("INTERRUPTED", 50), (state.GetProperty("phase").GetString(), state.GetProperty("imported").GetInt32()));
        Assert.False(File.Exists(queue.PathOf(id, "file.part")));
        Assert.Equal("DONE", (await EndedAsync(registry, token, Assert.Single((await PostAsync(registry, token, Body(Text))).Headers["Location"]))).GetProperty("phase").GetString());
    }

    [Fact]
    public async Task A_cancelled_import_stops_and_gives_its_place_back_and_what_is_in_is_whole()
    {
        await using var registry = await RegistryApplication.StartAsync(["Limits:ImportsPerOfficer=1"]);
        var token = await registry.TokenOfAsync("kz-customs-officer");
        var text = new StringBuilder(SheetWorld.Header + "\n");
        for (var number = 0; number < 20_000; number++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"R{number},2024,KZ,horns,1,kg\n");
        }

        var location = Assert.Single((await PostAsync(registry, token, Body(text.ToString()))).Headers["Location"]);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await PostAsync(registry, token, Body(Text))).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(registry, HttpMethod.Get, token, location + "/errors")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(registry, HttpMethod.Delete, token, location)).Status);
        var state = await EndedAsync(registry, token, location);
        Assert.Equal("CANCELLED", state.GetProperty("phase").GetString());
        Assert.InRange(state.GetProperty("imported").GetInt32(), 0, 19_999);
        Assert.Equal("DONE", (await EndedAsync(registry, token, Assert.Single((await PostAsync(registry, token, Body(Text))).Headers["Location"]))).GetProperty("phase").GetString());
    }

    [Fact]
    public async Task A_file_that_is_none_fails_with_its_sentence()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var token = await registry.TokenOfAsync("kz-customs-officer");
        var state = await EndedAsync(registry, token, Assert.Single((await PostAsync(registry, token, Body("Species\nhorns\n"))).Headers["Location"]));
        Assert.Equal(("FAILED", "upload has no column Date of seizure (Дата изъятия): line 1 must have the headings of the template, or a mapping say which of yours it is."), (state.GetProperty("phase").GetString(), state.GetProperty("failure").GetString()));
    }

    [Fact]
    public async Task A_sender_that_goes_away_leaves_no_file_and_no_place_taken()
    {
        await using var registry = await RegistryApplication.StartAsync(["Limits:ImportsPerOfficer=1"]);
        var token = await registry.TokenOfAsync("kz-customs-officer");
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(registry.Address.Host, registry.Address.Port, TestContext.Current.CancellationToken);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /imports?format=seizures HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 1000000\r\n\r\nAgency"), TestContext.Current.CancellationToken);
            while (!Directory.EnumerateFiles(Folder(registry), "*.part").Any())
            {
                await registry.Http.GetAsync("/health/live", TestContext.Current.CancellationToken); // gives the registry time
            }

            Assert.Equal(HttpStatusCode.TooManyRequests, (await PostAsync(registry, token, Body(Text))).Status);
        }

        Answer answer;
        do
        {
            answer = await PostAsync(registry, token, Body(Text));
        }
        while (answer.Status == HttpStatusCode.TooManyRequests);
        await EndedAsync(registry, token, Assert.Single(answer.Headers["Location"]));
        Assert.Empty(Directory.EnumerateFiles(Folder(registry), "*.part"));
    }

    [Fact]
    public async Task Files_that_pass_through_are_for_the_registry_s_own_user_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes.");
            return;
        }

        await using var registry = await RegistryApplication.StartAsync();
        var token = await registry.TokenOfAsync("kz-customs-officer");
        await EndedAsync(registry, token, Assert.Single((await PostAsync(registry, token, Body(Text))).Headers["Location"]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder(registry)));
        Assert.Equal(2, Directory.EnumerateFiles(Folder(registry)).Count());
        foreach (var path in Directory.EnumerateFiles(Folder(registry)))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    private static string Folder(RegistryApplication registry) => Path.GetDirectoryName(registry.Services.GetRequiredService<ImportQueue>().PathOf("x", "y"))!;

    private static ByteArrayContent Body(string text)
    {
        var body = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        body.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        return body;
    }

    private static async Task<Answer> PostAsync(RegistryApplication registry, string? token, HttpContent body, string query = "?format=seizures")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/imports" + query) { Content = body };
        return await registry.SendAsync(token, request);
    }

    private static async Task<Answer> SendAsync(RegistryApplication registry, HttpMethod method, string token, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        return await registry.SendAsync(token, request);
    }

    private static async Task<JsonElement> EndedAsync(RegistryApplication registry, string token, string location)
    {
        while (true)
        {
            var state = (await SendAsync(registry, HttpMethod.Get, token, location)).Json;
            if (state.TryGetProperty("endedAt", out _))
            {
                return state;
            }
        }
    }

    private static string WithoutTrace(Answer answer) =>
        string.Join('|', answer.Json.EnumerateObject().Where(property => property.Name != "traceId").Select(property => $"{property.Name}={property.Value}"));
}
