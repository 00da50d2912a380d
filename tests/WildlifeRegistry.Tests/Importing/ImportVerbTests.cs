using WildlifeRegistry.Access;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;
using Xunit;

namespace WildlifeRegistry.Tests.Importing;

/// <summary>The verb as it is run.</summary>
public sealed class ImportVerbTests
{
    private static readonly Reader DemoOfficer = ImportStore.Of("KZ-CUSTOMS/demo-officer", Role.Officer);

    [Fact]
    public async Task Refused_rows_are_mended_in_the_error_file_and_fed_again()
    {
        await using var world = await ImportStore.OpenAsync();
        var (errors, second) = (Path.Combine(world.Folder, "errors.csv"), Path.Combine(world.Folder, "errors-2.csv"));
        await world.WhileClosedAsync(async () =>
        {
            var first = await ImportAsync(world, ImportFiles.C4ads, "--legs", ImportFiles.Legs, "--errors", errors);
            Assert.Equal(2, first.Code);
            Assert.Contains("461 imported, 0 amended, 0 unchanged, 1 refused", first.Output, StringComparison.Ordinal);
            Assert.Contains("Names of species: 367 of 369 known (99.5 %).", first.Output, StringComparison.Ordinal);
            Assert.Contains("Kept as given: Arboreal Alligator; Lizards Horned Vipers.", first.Output, StringComparison.Ordinal);
            Assert.Contains("Refused: line 110, column City, Country: No country is named", first.Output, StringComparison.Ordinal);
            Assert.Contains("recorded by KZ-CUSTOMS/demo-officer", first.Output, StringComparison.Ordinal);

            var lines = await File.ReadAllLinesAsync(errors, TestContext.Current.CancellationToken);
            Assert.Equal(2, lines.Length);
            Assert.StartsWith("110,\"City, Country\",,\"No country is named", lines[1], StringComparison.Ordinal);

            // Fed again as it is, the row is refused again, and the new file has the columns once.
            var again = await ImportAsync(world, errors, "--legs", ImportFiles.Legs, "--errors", second);
            Assert.Equal(2, again.Code);
            Assert.Equal(lines[0], (await File.ReadAllLinesAsync(second, TestContext.Current.CancellationToken))[0]);

            var mended = (await File.ReadAllTextAsync(errors, TestContext.Current.CancellationToken)).Replace("1-Jul-11,Reptiles,,,", "1-Jul-11,Reptiles,,Netherlands,", StringComparison.Ordinal);
            await File.WriteAllTextAsync(errors, mended, TestContext.Current.CancellationToken);
            var last = await ImportAsync(world, errors, "--legs", ImportFiles.Legs, "--errors", second);
            Assert.Equal(0, last.Code);
            Assert.Contains("1 imported, 0 amended, 0 unchanged, 0 refused", last.Output, StringComparison.Ordinal);
            Assert.Single(await File.ReadAllLinesAsync(second, TestContext.Current.CancellationToken));
        });
        var record = await world.FindAsync("c4ads/Reptiles/183", DemoOfficer);
        Assert.Equal("NL", RecordJson.Read<Seizure>(record!.Properties).Country);
        Assert.Equal(462, world.Imported().Count);
    }

    [Theory]
    [InlineData("eco-observer", "The role OBSERVER may not record")]
    [InlineData("kz-customs-admin", "The role ADMIN may not record")]
    [InlineData("kz-customs-auditor", "The role AUDITOR may not record")]
    [InlineData("nobody", "There is no persona nobody; there are kz-customs-officer,")]
    public async Task Who_may_not_record_may_not_import(string persona, string sentence)
    {
        await using var world = await ImportStore.OpenAsync();
        await IsRefused(world, sentence, "Development", "--as", persona);
    }

    [Fact]
    public async Task A_persona_imports_in_Development_only()
    {
        await using var world = await ImportStore.OpenAsync();
        await IsRefused(world, "--as kz-customs-officer is there in Development only", "Production", "--as", "kz-customs-officer");
    }

    /// <summary>A token goes through the gate of requests: one that no trusted issuer signed opens nothing.</summary>
    [Theory]
    [InlineData("no.token.atall")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwOi8vMTI3LjAuMC4xOjUyMjkvZGVtby9pc3N1ZXJzL0taLUNVU1RPTVMiLCJzdWIiOiJkZW1vLW9mZmljZXIiLCJyb2xlcyI6WyJPRkZJQ0VSIl0sImF1ZCI6IndpbGRsaWZlLXJlZ2lzdHJ5LWRlbW8iLCJleHAiOjk5OTk5OTk5OTl9.")]
    public async Task A_token_that_the_gate_refuses_imports_nothing(string token)
    {
        await using var world = await ImportStore.OpenAsync();
        await IsRefused(world, "token", "Development", "--token", token, "--urls=http://127.0.0.1:5229");
    }

    [Theory]
    [InlineData("Say who imports")]
    [InlineData("Say who imports", "--as", "kz-customs-officer", "--token", "x")]
    [InlineData("--fromat is neither an option of import nor a setting", "--as", "kz-customs-officer", "--fromat")]
    [InlineData("--legs goes with the format c4ads", "--as", "kz-customs-officer", "--format", "cites", "--legs", "x.csv")]
    public async Task A_wrong_command_line_is_one_sentence(string sentence, params string[] arguments)
    {
        await using var world = await ImportStore.OpenAsync();
        await IsRefused(world, sentence, "Development", arguments);
    }

    [Fact]
    public async Task The_error_file_never_takes_the_place_of_a_file_that_is_read()
    {
        await using var world = await ImportStore.OpenAsync();
        var copy = Path.Combine(world.Folder, "mine.csv");
        File.Copy(ImportFiles.C4ads, copy);
        await world.WhileClosedAsync(async () =>
        {
            var (code, _, errors) = await ImportAsync(world, copy, "--errors", Path.Combine(world.Folder, ".", "mine.csv"));
            Assert.Equal(1, code);
            Assert.Contains("The error file would overwrite a file that is being read", errors, StringComparison.Ordinal);
        });
        Assert.Equal(await File.ReadAllTextAsync(ImportFiles.C4ads, TestContext.Current.CancellationToken), await File.ReadAllTextAsync(copy, TestContext.Current.CancellationToken));
    }

    private static async Task IsRefused(ImportStore world, string sentence, string environment, params string[] arguments)
    {
        var before = world.Dump();
        string[] format = arguments.Contains("--format", StringComparer.Ordinal) ? [] : ["--format", "c4ads"];
        await world.WhileClosedAsync(async () =>
        {
            var (code, output, errors) = await RegistryProcess.RunAsync(environment, ["import", ImportFiles.C4ads, .. format, .. arguments, $"--Store:Sqlite:Path={world.Path}"]);
            Assert.Equal(1, code);
            Assert.Empty(output);
            Assert.Contains(sentence, errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        });
        Assert.Equal(before, world.Dump());
    }

    private static Task<(int Code, string Output, string Errors)> ImportAsync(ImportStore world, string file, params IEnumerable<string> arguments) =>
        RegistryProcess.RunAsync("Development", ["import", file, "--format", "c4ads", "--as", "kz-customs-officer", .. arguments, $"--Store:Sqlite:Path={world.Path}"]);
}
