using System.Text;
using WildlifeRegistry.Access.Identity;
using WildlifeRegistry.Hosting;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>Where the Neo4j of a registry is and how it is asked, from the configuration <c>Store:Neo4j</c>.</summary>
/// <param name="Uri">The address of its HTTP API: a server's, a balancer's before a cluster, or Aura's.</param>
internal sealed record Neo4jSettings(Uri Uri, string Database, string? User, string? Password)
{
    private const string Key = "Store:Neo4j:";

    /// <summary>Statements that are asked at once. Neo4j serves about 100 at a time, and others may ask it too.</summary>
    public int Connections { get; init; } = 64;

    /// <summary>How long a statement waits for its turn.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a connection may take to be made.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a statement may take, its answer included; whole seconds.</summary>
    public TimeSpan Statement { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>True where a cluster's followers answer reads; what they say lags behind the leader.</summary>
    public bool FollowerReads { get; init; }

    /// <summary>How often what failed for a passing reason is asked again at once.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>How long it rests before the first time, on average; each further rest is twice as long.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Most bytes of an answer.</summary>
    public int MaxAnswer { get; init; } = 256 * 1024 * 1024;

    /// <exception cref="SettingException">A value that is missing or not allowed.</exception>
    public static Neo4jSettings From(IConfiguration configuration)
    {
        var (user, password) = (Text(configuration, "User"), Text(configuration, "Password"));
        if ((user is null) != (password is null))
        {
            throw new SettingException(Key + (user is null ? "User" : "Password"), "nothing", "User and Password together, or neither where the server asks for none");
        }

        var follower = configuration[Key + "FollowerReads"] ?? "false";
        return new(Address(Text(configuration, "Uri") ?? "http://127.0.0.1:7474", Key + "Uri"), Text(configuration, "Database") ?? "neo4j", user, password)
        {
            Connections = WholeNumber.Of(configuration, Key + "Connections", 64, 90),
            Connect = TimeSpan.FromSeconds(WholeNumber.Of(configuration, Key + "ConnectSeconds", 5, 60)),
            Statement = TimeSpan.FromSeconds(WholeNumber.Of(configuration, Key + "StatementSeconds", 30, 600)),
            FollowerReads = bool.TryParse(follower, out var followers) ? followers : throw new SettingException(Key + "FollowerReads", follower, "true or false"),
        };
    }

    /// <summary>The address of an HTTP API.</summary>
    /// <param name="key">What to call it where it is none.</param>
    /// <exception cref="SettingException">It is none.</exception>
    public static Uri Address(string text, string key)
    {
        const string Allowed = "the http or https address of Neo4j's HTTP API without a user in it, like https://neo4j.example.org:7473";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address is not { Scheme: "http" or "https" })
        {
            throw new SettingException(key, text.Contains('@', StringComparison.Ordinal) ? "something else" : text, Allowed);
        }

        return address is { UserInfo: "", Query: "", Fragment: "" } ? address : throw new SettingException(key, "an address with a user, a query or a fragment", Allowed);
    }

    /// <summary>Without the password.</summary>
    private bool PrintMembers(StringBuilder to)
    {
        to.Append("Uri = ").Append(Uri).Append(", Database = ").Append(Database);
        return true;
    }

    private static string? Text(IConfiguration configuration, string name) => configuration[Key + name] is { Length: > 0 } text ? text : null;
}
