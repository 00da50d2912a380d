using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Moving;

namespace WildlifeRegistry.Tests.Rules;

/// <summary>How the house is built, held against its own source.</summary>
public sealed class HouseRules
{
    private static readonly string[] Slices = ["Seizures", "Incidents", "Species", "Suspects", "Routes", "Places", "Identifiers", "Agencies"];
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", ".git", "artifacts", "TestResults", "data", ".vs"];

    /// <summary>The server's source by path below src/WildlifeRegistry, with forward slashes.</summary>
    private static readonly Dictionary<string, string> Server = Files("src/WildlifeRegistry")
        .Where(path => path.EndsWith(".cs", StringComparison.Ordinal))
        .ToDictionary(path => path["src/WildlifeRegistry/".Length..], path => File.ReadAllText(Path.Combine(ContractFiles.Root, path)), StringComparer.Ordinal);

    [Fact]
    public void The_source_is_found() => Assert.All(Slices, slice => Assert.Contains(Server.Keys, path => path.StartsWith(slice + "/", StringComparison.Ordinal)));

    [Fact]
    public void Only_the_sqlite_engine_names_its_driver() => AssertOnly("Microsoft.Data.Sqlite", path => path.StartsWith("Storage/Sqlite/", StringComparison.Ordinal));

    [Fact]
    public void Only_the_neo4j_engine_asks_neo4j() => AssertOnly("Neo4jClient|query/v2", path => path.StartsWith("Storage/Neo4j/", StringComparison.Ordinal));

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("Neo4j")]
    public void Only_the_composition_names_an_engine(string engine) => AssertOnly($"Storage.{engine}|{engine}GraphStore", path => path.StartsWith($"Storage/{engine}/", StringComparison.Ordinal) || path == "Hosting/RegistryHost.cs");

    [Fact]
    public void No_slice_asks_through_another_slices_queries()
    {
        foreach (var slice in Slices)
        {
            foreach (var (path, text) in Server.Where(file => file.Key.StartsWith(slice + "/", StringComparison.Ordinal)))
            {
                var others = Server.Keys.Where(other => other.EndsWith("Queries.cs", StringComparison.Ordinal) && !other.StartsWith(slice + "/", StringComparison.Ordinal)).Select(other => Path.GetFileNameWithoutExtension(other));
                Assert.All(others, other => Assert.False(Regex.IsMatch(text, $@"\b{other}\b"), $"{path} uses {other}"));
            }
        }
    }

    [Fact]
    public void Storage_and_access_know_no_kind()
    {
        foreach (var (path, text) in Server.Where(file => file.Key.StartsWith("Storage/", StringComparison.Ordinal) || (file.Key.StartsWith("Access/", StringComparison.Ordinal) && !file.Key.StartsWith("Access/Identity/", StringComparison.Ordinal))))
        {
            Assert.False(Regex.IsMatch(text, $@"using WildlifeRegistry\.({string.Join('|', Slices)});"), path);
        }
    }

    [Fact]
    public void Only_the_start_and_health_reach_the_operators_door() => AssertOnly(
        nameof(IStoreMaintenance),
        path => path.StartsWith("Storage/", StringComparison.Ordinal) || path.StartsWith("Importing/", StringComparison.Ordinal) || path is "Hosting/RegistryHost.cs" or "Hosting/Health.cs");

    [Fact]
    public void Only_the_composition_moves_a_whole_store() => AssertOnly(nameof(IMovedStore), path => path.StartsWith("Storage/", StringComparison.Ordinal) || path == "Hosting/RegistryHost.cs");

    [Fact]
    public void Nothing_that_a_request_is_given_leads_to_the_operators_door()
    {
        var seen = new HashSet<Type>();
        Reach(typeof(RequestContext), seen);
        Reach(typeof(GraphQlEndpoint), seen);

        Assert.Contains(typeof(IGraphStore), seen);
        Assert.DoesNotContain(seen, type => typeof(IStoreMaintenance).IsAssignableFrom(type));
        Assert.DoesNotContain(seen, type => typeof(IMovedStore).IsAssignableFrom(type));
    }

    [Fact]
    public void Time_comes_from_the_registrys_clock() => AssertOnly(@"DateTime(Offset)?\.(Utc)?Now|DateTime\.Today|TimeProvider\.System|Environment\.TickCount", path => path is "Hosting/RegistryHost.cs" or "Importing/ImportCommand.cs" or "Exporting/ExportCommand.cs" or "Hosting/CheckCommand.cs");

    [Fact]
    public void What_is_stored_cannot_be_changed_in_place()
    {
        var records = typeof(StoredRecord).Assembly.GetTypes().Where(type => type.Namespace is { } name && (name.EndsWith(".Records", StringComparison.Ordinal) || name.EndsWith(".Links", StringComparison.Ordinal) || name.EndsWith(".Storage", StringComparison.Ordinal) || Slices.Any(slice => name.EndsWith("." + slice, StringComparison.Ordinal)))
            && type.GetMethod("<Clone>$") is not null).ToList();

        Assert.True(records.Count > 40);
        Assert.All(records, type => Assert.True(type.IsSealed || type.IsAbstract, $"{type} is open"));
        Assert.All(records.SelectMany(type => type.GetProperties()), property => Assert.True(
            property.SetMethod is not { } set || set.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit"),
            $"{property.DeclaringType}.{property.Name} can be set"));
    }

    [Fact]
    public void The_words_that_say_nothing_name_nothing() => Assert.All(
        Files("src").Concat(Files("tests")).Where(path => path.EndsWith(".cs", StringComparison.Ordinal)),
        path => Assert.DoesNotMatch("(Common|Core|Helpers?|Utils?|Services?|Managers?)(/|\\.cs$)", path));

    [Fact]
    public void Nothing_is_left_for_later() => Assert.All(
        Files("src").Concat(Files("tests")).Where(path => path.EndsWith(".cs", StringComparison.Ordinal) && !path.EndsWith("HouseRules.cs", StringComparison.Ordinal)),
        path => Assert.DoesNotMatch(@"\bTODO\b|\bFIXME\b|NotImplementedException|Thread\.Sleep|Task\.Delay", File.ReadAllText(Path.Combine(ContractFiles.Root, path))));

    [Fact]
    public void The_demo_issuer_is_referenced_outside_release_alone()
    {
        var project = XDocument.Load(Path.Combine(ContractFiles.Root, "src", "WildlifeRegistry", "WildlifeRegistry.csproj"));
        const string Outside = "'$(Configuration)' != 'Release'";

        var reference = Assert.Single(project.Descendants("ProjectReference"));
        Assert.Contains("DemoIdentity", reference.Attribute("Include")!.Value, StringComparison.Ordinal);
        Assert.Equal(Outside, reference.Parent!.Attribute("Condition")?.Value);
        Assert.Equal(Outside, Assert.Single(project.Descendants("DefineConstants"), one => one.Value.Contains("DEMO_IDENTITY", StringComparison.Ordinal)).Parent!.Attribute("Condition")?.Value);
        AssertOnly("DemoIdentity", path => path is "Hosting/RegistryHost.cs" or "Hosting/CommandReader.cs" or "Program.cs");
    }

    [Fact]
    public void What_is_built_for_release_has_no_demo_issuer()
    {
        var output = Path.Combine(ContractFiles.Root, "src", "WildlifeRegistry", "bin", "Release", "net10.0");
        Assert.SkipUnless(File.Exists(Path.Combine(output, "WildlifeRegistry.dll")) || Environment.GetEnvironmentVariable("CI") == "true", "Release has not been built here: dotnet build src/WildlifeRegistry -c Release.");

        Assert.DoesNotContain(Directory.GetFiles(output), path => path.Contains("DemoIdentity", StringComparison.Ordinal));
        Assert.DoesNotContain("DemoIdentity", File.ReadAllText(Path.Combine(output, "WildlifeRegistry.deps.json")), StringComparison.Ordinal);
        using var assembly = new PEReader(File.OpenRead(Path.Combine(output, "WildlifeRegistry.dll")));
        var metadata = assembly.GetMetadataReader();
        Assert.DoesNotContain(metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name)), name => name.Contains("Demo", StringComparison.Ordinal));
    }

    [Fact]
    public void Lock_files_hold_no_addresses()
    {
        var locks = Files("").Where(path => path.EndsWith(".lock.json", StringComparison.Ordinal) || path.EndsWith("package-lock.json", StringComparison.Ordinal)).ToList();

        Assert.True(locks.Count >= 9);
        Assert.All(locks, path => Assert.DoesNotMatch("\"resolved\": \"h|://", File.ReadAllText(Path.Combine(ContractFiles.Root, path))));
        foreach (var project in Files("").Where(path => path.EndsWith(".csproj", StringComparison.Ordinal)))
        {
            Assert.Contains(Path.GetDirectoryName(project)!.Replace('\\', '/') + "/packages.Debug.lock.json", locks);
            Assert.Contains(Path.GetDirectoryName(project)!.Replace('\\', '/') + "/packages.Release.lock.json", locks);
        }
    }

    [Fact]
    public void No_file_names_a_path_of_a_machine()
    {
        var machine = new Regex("(?<![\\w.])/(" + "work|home|root|Users" + ")/\\w|[A-Z]:\\\\" + "Users", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10));
        foreach (var path in Files("").Where(path => !path.EndsWith(".csv", StringComparison.Ordinal) && !path.EndsWith("HouseRules.cs", StringComparison.Ordinal)))
        {
            Assert.False(machine.IsMatch(File.ReadAllText(Path.Combine(ContractFiles.Root, path))), path);
        }
    }

    private static void AssertOnly(string pattern, Func<string, bool> mayUse)
    {
        var users = Server.Where(file => Regex.IsMatch(file.Value, pattern)).Select(file => file.Key).ToList();
        Assert.NotEmpty(users);
        Assert.DoesNotContain(users, path => !mayUse(path));
    }

    /// <summary>Files of the repository below a folder, by their path from its root.</summary>
    private static IEnumerable<string> Files(string folder) => Below(new DirectoryInfo(Path.Combine(ContractFiles.Root, folder)))
        .Select(file => Path.GetRelativePath(ContractFiles.Root, file.FullName).Replace('\\', '/'));

    private static IEnumerable<FileInfo> Below(DirectoryInfo folder) => folder.EnumerateFiles().Where(file => file.Name != ".git")
        .Concat(folder.EnumerateDirectories().Where(inner => !NotOurs.Contains(inner.Name)).SelectMany(Below));

    /// <summary>The types of the server's own that an instance of a type can hold or was made with.</summary>
    private static void Reach(Type type, HashSet<Type> seen)
    {
        if (type.IsGenericType)
        {
            Array.ForEach(type.GetGenericArguments(), inner => Reach(inner, seen));
        }

        if (type.Assembly != typeof(RequestContext).Assembly || !seen.Add(type))
        {
            return;
        }

        const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        foreach (var next in type.GetFields(All).Select(field => field.FieldType)
            .Concat(type.GetProperties(All).Select(property => property.PropertyType))
            .Concat(type.GetConstructors(All).SelectMany(constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType)))
            .Concat(type.IsInterface ? type.GetMethods().Select(method => method.ReturnType) : []))
        {
            Reach(next, seen);
        }
    }
}
