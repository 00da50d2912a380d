using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WildlifeRegistry.Tests.Faults;

/// <summary>One change as it was asked for. Its ids are known once it was acknowledged.</summary>
internal sealed record Asked(string Persona, string Operation, JsonElement Variables, Action<JsonElement> Done)
{
    public string? Ids { get; set; }

    public string Key => Variables.GetProperty("input").GetProperty("requestKey").GetString()!;
}

/// <summary>A seizure as its agency should have it.</summary>
internal sealed record Held(string Id, string Suspect)
{
    public int Version { get; set; } = 1;

    public string Validation { get; set; } = "DRAFT";

    public bool IsReleased { get; set; }

    public HashSet<string> Linked { get; } = [];
}

/// <summary>
/// One desk of an agency: it records seizures of the story's size and does with them what an agency does, one request
/// after the other, drawn from a seed. Desks share phones and plates, and nothing else.
/// </summary>
internal sealed class Desk(int number, int seed)
{
    private readonly Random random = new(seed);
    private readonly bool isKazakh = number % 3 != 2;
    private int asked;

    public List<Held> Seizures { get; } = [];

    public string Officer => isKazakh ? "kz-customs-officer" : "uz-customs-officer";

    private string Liaison => isKazakh ? "kz-customs-liaison" : "uz-customs-liaison";

    private string Neighbour => isKazakh ? "agency:UZ-CUSTOMS" : "agency:KZ-CUSTOMS";

    public Asked Next()
    {
        var live = Seizures.Where(seizure => seizure.Validation != "WITHDRAWN").ToList();
        if (live.Count == 0 || random.Next(3) == 0)
        {
            return Record();
        }

        var held = live[random.Next(live.Count)];
        return random.Next(6) switch
        {
            0 when held.Validation == "DRAFT" => Versioned(Officer, "Submit", held, new { }, () => held.Validation = "SUBMITTED"),
            1 when held.Validation == "SUBMITTED" && isKazakh => Versioned("kz-customs-analyst", "Validate", held, new { }, () => held.Validation = "VALIDATED"),
            2 when held.IsReleased => Versioned(Liaison, "Recall", held, new { from = new[] { Neighbour }, reason = "over", withLinks = true }, () => held.IsReleased = false),
            2 => Versioned(Liaison, "Release", held, new { to = new[] { Neighbour }, level = "SANITISED", withLinks = true }, () => held.IsReleased = true),
            3 when isKazakh && live.Find(other => !held.Linked.Contains(other.Suspect)) is { } other => Link(held, other),
            4 when random.Next(3) == 0 => Versioned(Officer, "Withdraw", held, new { reason = "recorded twice" }, () => held.Validation = "WITHDRAWN"),
            _ => Amend(held),
        };
    }

    private Asked Record()
    {
        var variables = Story.Seizure(Key(), input =>
        {
            input["suspects"]![0]!["new"]!["identifiers"]![0]!["value"] = $"+996 555 01 02 0{random.Next(10)}";
            input["identifiers"]![0]!["value"] = $"01 KG 44{random.Next(10)} АВС";
        });
        return new Asked(Officer, "RecordSeizure", variables, payload =>
        {
            var seizure = payload.GetProperty("seizure");
            var suspect = seizure.GetProperty("links").GetProperty("nodes").EnumerateArray().Single(link => link.GetProperty("kind").GetString() == "INVOLVES").GetProperty("other").GetProperty("id").GetString()!;
            Seizures.Add(new Held(seizure.GetProperty("id").GetString()!, suspect) { Linked = { suspect } });
        });
    }

    private Asked Amend(Held held) => Versioned(
        Officer,
        "AmendSeizure",
        held,
        new { occurredOn = string.Create(CultureInfo.InvariantCulture, $"2026-03-{random.Next(1, 29):00}"), narrative = $"amended as request {asked}" },
        () => held.Validation = held.Validation == "VALIDATED" ? "SUBMITTED" : held.Validation);

    private Asked Link(Held held, Held other) => new(
        "kz-customs-analyst",
        "LinkRecords",
        JsonSerializer.SerializeToElement(new { input = new { requestKey = Key(), kind = "INVOLVES", from = held.Id, to = other.Suspect, role = "BROKER" } }),
        _ => held.Linked.Add(other.Suspect));

    private Asked Versioned(string persona, string operation, Held held, object more, Action done)
    {
        var input = JsonSerializer.SerializeToNode(more)!.AsObject();
        input["requestKey"] = Key();
        input["id"] = held.Id;
        input["version"] = held.Version;
        return new Asked(persona, operation, JsonSerializer.SerializeToElement(new JsonObject { ["input"] = input }), _ =>
        {
            held.Version++;
            done();
        });
    }

    private string Key() => string.Create(CultureInfo.InvariantCulture, $"desk-{number}-{++asked}");
}
