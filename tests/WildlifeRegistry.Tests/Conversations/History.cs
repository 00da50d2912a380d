using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using WildlifeRegistry.Tests.Recording;

namespace WildlifeRegistry.Tests.Conversations;

/// <summary>
/// Draws one history from a seed and lives it on two sides: what everybody may know of happens on both, what the
/// reader may not see on one of them only, or otherwise on the other. The reader's words and what they hear are kept.
/// </summary>
internal sealed class History(int seed, Side left, Side right)
{
    private static readonly Person[] Readers =
    [
        new("TR-CUSTOMS", "reader", "LIAISON"), new("TR-CUSTOMS", "reader", "OFFICER"), new("PK-CUSTOMS", "reader", "ANALYST"), new("ECO-SECRETARIAT", "reader", "OBSERVER"), new("KZ-CUSTOMS", "reader", "ANALYST"), new("KZ-CUSTOMS", "reader", "OFFICER"),
    ];

    private static readonly string[] Phones = ["+996555010203", "+77015550102"], Plates = ["01KG442ABC", "777ABC02"];

    private readonly Random random = new(seed);
    private readonly Dictionary<string, int> leftReferences = new(StringComparer.Ordinal), rightReferences = new(StringComparer.Ordinal);
    private readonly List<Thing> things = [];
    private readonly List<string> hidden = ["00000000000000000000000001", "not an id", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"];
    private readonly List<Thing> kept = [];
    private readonly List<(string Mutation, JsonObject Input)> said = [];
    private readonly List<string> operations = [];
    private readonly List<Thing> shown = [];
    private Person reader = Readers[0];
    private string? cursor;
    private int keys;

    /// <summary>What happened so far, in words: the end of it says what the sides differ by.</summary>
    public List<string> Told { get; } = [];

    /// <summary>Answers that were compared, and of the changes on both sides those that were made.</summary>
    public (int Answers, int Changes, int Made) Count { get; private set; }

    public async Task LiveAsync(int steps)
    {
        reader = Pick(Readers);
        Told.Add($"The reader is {reader.Id}, {reader.Role}.");
        await BeginAsync();
        for (var step = 0; step < steps; step++)
        {
            for (var n = random.Next(3); n > 0; n--)
            {
                await HideAsync();
            }

            await HappenAsync();
            if (reader.Role != "OBSERVER" && OneIn(2))
            {
                await ActAsync();
            }

            await AskAsync();
            if (OneIn(5))
            {
                var by = TimeSpan.FromHours(1 + random.Next(5));
                left.MoveOn(by);
                right.MoveOn(by);
            }
        }
    }

    /// <summary>What every history begins with: something that the reader sees sanitised, something in full, and something of their own that the others see.</summary>
    private async Task BeginAsync()
    {
        Person officer = new("KZ-CUSTOMS", "officer", "OFFICER"), liaison = new("KZ-CUSTOMS", "liaison", "LIAISON");
        foreach (var (level, isTainted) in new[] { ("SANITISED", true), ("FULL", false) })
        {
            var input = Seizure(isExercise: true);
            input["suspects"] = new JsonArray(Notebook.Involved(phone: Pick(Phones)));
            await RecordAsync(officer, input, isTainted: isTainted);
            await BothAsync(liaison, "release", Versioned(things.Last(thing => thing.Kind == "Seizure"), new { to = new[] { "agency:" + reader.Agency }, level, withLinks = !isTainted }));
        }

        if (reader.Agency != officer.Agency)
        {
            await HideBehindAsync(things.Last(thing => thing.Kind == "Seizure"));
        }

        shown.AddRange(things.Where(thing => thing.Kind is "Seizure" or "Suspect"));
        if (reader.Role != "OBSERVER" && reader.Agency != officer.Agency)
        {
            var input = Seizure(isExercise: true);
            input["suspects"] = new JsonArray(Notebook.Involved(phone: Pick(Phones)));
            await RecordAsync(reader, input);
            await BothAsync(new Person(reader.Agency, "another-liaison", "LIAISON"), "release", Versioned(things.Last(thing => thing.Kind == "Seizure"), new { to = new[] { "agency:KZ-CUSTOMS" }, level = "FULL", withLinks = true }));
        }
    }

    /// <summary>
    /// On the left side a link that is released to the reader, from something that they see in full to somebody whom they may not
    /// see: who was released to them with it, and called back alone before they asked.
    /// </summary>
    private async Task HideBehindAsync(Thing seizure)
    {
        Person hider = new("KZ-CUSTOMS", "hider", "ANALYST"), liaison = new("KZ-CUSTOMS", "hidden-liaison", "LIAISON");
        var input = Notebook.Of(new { exercise = true, eventId = seizure.Id, role = "BROKER", restrictTo = new[] { $"officer:{liaison.Id}" } });
        input["suspect"] = Notebook.Involved("Exercise Hidden")["new"]!.DeepClone();
        var id = (await SecretAsync(hider, "recordSuspect", input)).TextAt("recordSuspect.suspect.id")!;
        hidden.Add(id);
        string[] reading = ["agency:" + reader.Agency];
        Assert.Empty(Kinds(await SecretAsync(liaison, "release", Versioned(id, new { to = reading, level = "FULL", withLinks = true }))));
        Assert.Empty(Kinds(await SecretAsync(liaison, "recall", Versioned(id, new { from = reading, reason = "hidden" }))));
    }

    /// <summary>Something that the reader may not see, on the left side; on the right nothing, or something else.</summary>
    private async Task HideAsync()
    {
        var hider = new Person("KZ-CUSTOMS", "hider", "ANALYST");
        var isColleague = reader.Agency == hider.Agency;
        var mine = kept.Count == 0 ? null : Pick(kept);
        switch (random.Next(isColleague ? 6 : 15))
        {
            case 0 or 1 or 2 when kept.Count < 8 || OneIn(3):
                var input = Seizure(isExercise: !OneIn(4));
                if (isColleague || OneIn(2))
                {
                    input["restrictTo"] = OneIn(2) ? new JsonArray() : new JsonArray("officer:KZ-CUSTOMS/second");
                }

                foreach (var (id, kind) in Ids(await SecretAsync(hider, "recordSeizure", input)))
                {
                    hidden.Add(id);
                    kept.Add(new Thing(id, kind, hider.Agency, !input["exercise"]!.GetValue<bool>()) { IsRestricted = input.ContainsKey("restrictTo") });
                }

                break;
            case 3 when mine is not null:
                // Onto what everybody sees: only from a restricted record, so that no colleague of the hider's releases the link.
                var open = things.Where(thing => thing.Kind == "Suspect" && thing.IsReal == mine.IsReal && (mine.IsRestricted || thing.Agency != hider.Agency)).ToList();
                if (mine.Kind == "Seizure" && open.Count > 0)
                {
                    await SecretAsync(hider, "linkRecords", Notebook.Of(new { kind = "INVOLVES", from = mine.Id, to = Pick(open).Id, role = "BROKER" }));
                }

                break;
            case 4 when mine is not null:
                await SecretAsync(hider, mine.Kind == "Suspect" ? "amendSuspect" : "amendSeizure", mine.Kind == "Suspect" ? Versioned(mine, new { birth = "1980" }) : Versioned(mine, new { narrative = $"hidden {keys}", modeOfTransport = "RAIL" }));
                break;
            case 5 when mine is not null && OneIn(2):
                await SecretAsync(hider, "withdraw", Versioned(mine, new { reason = "hidden" }));
                break;
            case 6 when mine is { IsRestricted: false }:
                await SecretAsync(hider, "submit", Versioned(mine, new { }));
                await SecretAsync(hider with { Name = "second" }, "validate", Versioned(mine, new { }));
                break;
            case 7 when mine is { IsRestricted: false }:
                // To others at any level, and to the reader at Hit: that is nothing in an ordinary read.
                await SecretAsync(hider with { Role = "LIAISON", Name = "hidden-liaison" }, "release", Versioned(mine, OneIn(2) ? new { to = new[] { "agency:UZ-CUSTOMS" }, level = "FULL", withLinks = true } : new { to = new[] { "eco" }, level = "HIT", withLinks = OneIn(2) }));
                break;
            case 8:
                foreach (var (id, _) in Ids(await SecretAsync(hider with { Role = "LIAISON", Name = "hidden-liaison" }, "openOperation", Notebook.Of(new { name = "hidden", members = new[] { "IR-ENVIRONMENT" }, until = "2027-01-01T00:00:00Z" }))))
                {
                    hidden.Add(id);
                }

                break;
            case 9 or 11 or 12:
                // What the reader sees sanitised differs in what is closed: changed otherwise, and more often.
                if (things.Where(thing => thing is { IsTainted: true, Agency: "KZ-CUSTOMS" }).ToList() is { Count: > 0 } tainted)
                {
                    var one = Pick(tainted);
                    var key = Key();
                    await left.ChangeAsync(hider, "amendSeizure", With(Versioned(one, new { narrative = "on the one side", carrier = "hidden carrier" }), key), "");
                    await left.ChangeAsync(hider, "amendSeizure", With(Versioned(one, new { disposal = "on the one side alone" }), Key()), "");
                    await right.ChangeAsync(hider, "amendSeizure", With(Versioned(one, new { narrative = "on the other side" }), key), "");
                    Told.Add($"{one.Id} closed otherwise");
                }

                break;
            case 10 or 13 or 14:
                // What the reader may see is released to somebody else: its version moves on, which only its owner knows.
                if (shown.Count > 0)
                {
                    await SecretAsync(hider with { Role = "LIAISON", Name = "hidden-liaison" }, "release", Versioned(Pick(shown), new { to = new[] { "agency:IR-ENVIRONMENT" }, level = "FULL" }));
                }

                break;
            default:
                break;
        }
    }

    /// <summary>Something that happens on both sides, by officers who do not know what is hidden.</summary>
    private async Task HappenAsync()
    {
        var agency = Pick(["KZ-CUSTOMS", "UZ-CUSTOMS"]);
        Person officer = new(agency, "officer", "OFFICER"), analyst = new(agency, "analyst", "ANALYST"), liaison = new(agency, "liaison", "LIAISON");
        var own = things.Where(thing => thing.Agency == agency && (thing.Kind != "Link" || OneIn(6))).ToList();
        var thing = own.Count == 0 ? null : Pick(own);
        var link = things.Where(one => one.Agency == agency && one.Kind == "Link").ToList();
        switch (thing is null ? 0 : random.Next(16))
        {
            case 0 or 1:
                await RecordAsync(officer, Seizure(isExercise: !OneIn(4)));
                break;
            case 2 or 3 or 4 when thing!.Kind is "Seizure" or "Suspect":
                var level = thing.IsTainted ? Pick(["HIT", "SANITISED"]) : Pick(["SANITISED", "FULL", "FULL"]);
                var to = Pick(new[] { "agency:" + reader.Agency, "agency:" + reader.Agency, "eco", "officer:" + reader.Id }.Concat(reader.Agency.StartsWith("ECO", StringComparison.Ordinal) ? [] : ["country:" + reader.Agency[..2]]).Concat(operations.Select(one => "group:" + one)).ToArray());
                var input = Notebook.Of(new { to = new[] { to }, level, withLinks = (agency != "KZ-CUSTOMS" || level != "FULL") && OneIn(2) }); // a far end may differ in what is closed
                if (OneIn(3))
                {
                    input["until"] = Side.Begin.AddHours(random.Next(1, 60)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
                }

                if (Kinds(await BothAsync(liaison, "release", Versioned(thing, input))).Length == 0 && agency == "KZ-CUSTOMS")
                {
                    shown.Add(thing);
                }

                break;
            case 5 when thing!.Kind is "Seizure" or "Suspect":
                await BothAsync(liaison, "recall", Versioned(thing, new { from = new[] { Pick(["agency:" + reader.Agency, "eco"]) }, reason = "over", withLinks = OneIn(2) }));
                break;
            case 6 when thing!.Kind == "Seizure":
                var plain = OneIn(2) ? Notebook.Of(new { modeOfTransport = Pick(["RAIL", "ROAD", "SEA"]) }) : Notebook.Of(new { narrative = $"open words {keys}", addIdentifiers = new[] { new { @as = "CARRIED_BY", type = "PLATE", value = Pick(Plates) } } });
                await BothAsync(officer, "amendSeizure", Versioned(thing, plain), stale: OneIn(5) ? 1 : 0);
                break;
            case 7 when thing!.Kind is "Seizure" or "Suspect":
                await BothAsync(officer, "submit", Versioned(thing, new { }));
                await BothAsync(analyst, OneIn(4) ? "returnToAuthor" : "validate", Versioned(thing, new { note = "more" }));
                break;
            case 8 when Suspects(thing!) is { Count: > 0 } suspects && thing!.Kind == "Seizure":
                await RecordAsync(analyst, Notebook.Of(new { kind = "INVOLVES", from = thing.Id, to = Pick(suspects).Id, role = Pick(["DRIVER", "ORGANISER", "BROKER"]) }), "linkRecords");
                break;
            case 9 when thing!.Kind == "Suspect":
                await RecordAsync(analyst, Notebook.Of(new { from = thing.Id, @as = "USES", identifier = new { type = "PHONE", value = Pick(Phones) } }), "linkIdentifier");
                break;
            case 10 when OneIn(2):
                await BothAsync(officer, "withdraw", Versioned(thing!, new { reason = "mistaken" }));
                break;
            case 11 when link.Count > 0:
                await BothAsync(liaison with { Agency = agency == "KZ-CUSTOMS" ? "UZ-CUSTOMS" : "KZ-CUSTOMS" }, "consentToLink", Notebook.Of(new { id = Pick(link).Id, given = !OneIn(3) }));
                break;
            case 12 when operations.Count < 2 && reader.Role is not "OBSERVER":
                var opened = await BothAsync(liaison, "openOperation", Notebook.Of(new { name = "open", members = new[] { reader.Agency, "IR-ENVIRONMENT" }, until = "2026-03-18T00:00:00Z" }));
                foreach (var (id, _) in Ids(opened))
                {
                    operations.Add(id);
                    await BothAsync(new Person(reader.Agency, "another-liaison", "LIAISON"), "proposeOfficers", Notebook.Of(new { operation = id, officers = new[] { reader.Id } }));
                    await BothAsync(liaison, "confirmOfficers", Notebook.Of(new { operation = id, officers = new[] { reader.Id } }));
                }

                break;
            case 13 when operations.Count > 0 && OneIn(2):
                await BothAsync(liaison, Pick(["removeOfficers", "endOperation"]), Notebook.Of(new { operation = operations[0], officers = new[] { reader.Id } }));
                break;
            case 14 or 15 when reader.Agency != "KZ-CUSTOMS" && things.Where(one => one.IsReaders && one.Kind is "Seizure" or "Suspect").ToList() is { Count: > 0 } readers:
                await BothAsync(new Person(reader.Agency, "another-liaison", "LIAISON"), "release", Versioned(Pick(readers), new { to = new[] { "agency:KZ-CUSTOMS" }, level = "FULL", withLinks = true }));
                break;
            default:
                await RecordAsync(officer, Seizure(isExercise: true));
                break;
        }
    }

    /// <summary>The reader writes: of their own, of what they see, and of what they have only guessed.</summary>
    private async Task ActAsync()
    {
        var own = things.Where(thing => thing.IsReaders).ToList();
        var visible = things.Count == 0 ? null : Pick(things);
        var guessed = hidden.Count == 0 || OneIn(2) ? visible?.Id ?? "nothing" : Pick(hidden);
        var mine = own.Count == 0 ? null : Pick(own);
        switch (random.Next(12))
        {
            case 0 or 1:
                var input = Seizure(isExercise: !OneIn(4));
                if (OneIn(3))
                {
                    input["restrictTo"] = new JsonArray("group:" + (OneIn(2) && operations.Count > 0 ? Pick(operations) : guessed));
                }

                if (OneIn(3))
                {
                    input["suspects"]!.AsArray().Add(new JsonObject { ["role"] = "OWNER", ["suspectId"] = guessed });
                }

                await RecordAsync(reader, input);
                break;
            case 2 when mine is not null:
                await RecordAsync(reader, Notebook.Of(new { kind = Pick(["INVOLVES", "FORENSIC_MATCH", "SAME_AS"]), from = mine.Id, to = guessed, role = OneIn(2) ? "BROKER" : null }), "linkRecords");
                break;
            case 3:
                await RecordAsync(reader, Notebook.Of(new { from = guessed, @as = Pick(["USES", "CARRIED_BY"]), identifier = new { type = "PHONE", value = Pick(Phones) } }), "linkIdentifier");
                break;
            case 4:
                await HearAsync("amendSeizure", Versioned(guessed, new { narrative = "the reader's", addSuspects = new[] { new { role = "OWNER", suspectId = Pick(hidden) } } }));
                break;
            case 5:
                await HearAsync("withdraw", Versioned(guessed, new { reason = "the reader's" }));
                break;
            case 6:
                await HearAsync("consentToLink", Notebook.Of(new { id = guessed, given = OneIn(2) }));
                break;
            case 7:
                await HearAsync(Pick(["submit", "validate"]), Versioned(mine?.Id ?? guessed, new { }));
                break;
            case 8:
                await HearAsync(Pick(["release", "recall"]), Versioned(mine?.Id ?? guessed, new { to = new[] { "agency:KZ-CUSTOMS", "group:" + guessed }, level = "FULL", withLinks = true }));
                break;
            case 9:
                await HearAsync("proposeOfficers", Notebook.Of(new { operation = guessed, officers = new[] { reader.Id } }));
                break;
            case 10 when said.Count > 0:
                var again = Pick(said);
                var repeated = (JsonObject)again.Input.DeepClone();
                if (OneIn(3))
                {
                    repeated["note"] = "another content";
                }

                await HearAsync(again.Mutation, repeated, isAgain: true);
                break;
            case 11 when mine is not null:
                await HearAsync("amendSeizure", Versioned(mine.Id, new { modeOfTransport = "POST", addIdentifiers = new[] { new { @as = "CARRIED_BY", type = "PLATE", value = Pick(Plates) } } }), stale: OneIn(3) ? 1 : 0);
                break;
            default:
                break;
        }
    }

    /// <summary>The reader asks; both sides must answer alike to the byte.</summary>
    private async Task AskAsync()
    {
        var exercise = !OneIn(4);
        var withdrawn = OneIn(3);
        string[] all = [.. hidden, .. kept.Select(thing => thing.Id), .. things.Select(thing => thing.Id)];
        var ids = all.OrderBy(_ => random.Next()).Take(40).ToArray();
        await SameAsync(Questions.Nodes, new { ids, withdrawn });
        var lists = await SameAsync(Questions.Lists, new { exercise, validation = withdrawn ? new[] { "WITHDRAWN", "DRAFT" } : null, mine = OneIn(6) });
        await SameAsync(Questions.Roads, new { exercise, withdrawn, phone = Pick(Phones), plate = Pick(Plates) });
        if (cursor is not null)
        {
            await SameAsync(Questions.After, new { exercise = true, after = cursor });
        }

        if (!lists.Json.TryGetProperty("errors", out _) && (await SameAsync(Questions.After, new { exercise = true, after = (string?)null })).At("seizures.pageInfo.endCursor").GetString() is { } end)
        {
            cursor = end;
        }

        if (reader.Role == "LIAISON")
        {
            await SameAsync(Questions.OfLiaison, new { id = Pick(ids) });
        }
    }

    private async Task<Answer> SameAsync(string question, object variables)
    {
        var (here, there) = (await left.AskAsync(reader, question, variables), await right.AskAsync(reader, question, variables));
        Same(here, there, question[..Math.Min(60, question.Length)]);
        return here;
    }

    private void Same(Answer here, Answer there, string about)
    {
        Assert.DoesNotContain(here.Codes, code => code is "INTERNAL" or "INVALID_DOCUMENT"); // what is not asked is alike on all sides
        Count = Count with { Answers = Count.Answers + 1 };
        var (heard, heardToo) = ($"{here.Status} {Questions.Renamed(here.Text, leftReferences)}", $"{there.Status} {Questions.Renamed(there.Text, rightReferences)}");
        Assert.True(string.Equals(heard, heardToo, StringComparison.Ordinal), $"{about}: the reader is told{Environment.NewLine}{heard}{Environment.NewLine}and{Environment.NewLine}{heardToo}{Environment.NewLine}after{Environment.NewLine}{string.Join(Environment.NewLine, Told)}");
    }

    /// <summary>The reader's own change, heard on both sides.</summary>
    private async Task<Answer> HearAsync(string mutation, JsonObject input, int stale = 0, bool isAgain = false)
    {
        if (!isAgain)
        {
            input = Fit(mutation, With(input, Key()));
            said.Add((mutation, input));
        }

        Told.Add($"the reader: {mutation} {input.ToJsonString()}");
        var (here, there) = (await left.ChangeAsync(reader, mutation, input, Selected(mutation), stale), await right.ChangeAsync(reader, mutation, input, Selected(mutation), stale));
        Same(here, there, mutation);
        Count = Count with { Changes = Count.Changes + 1, Made = Count.Made + (Kinds(here).Length == 0 ? 1 : 0) };
        return here;
    }

    /// <summary>A change that both sides see, by somebody whom nothing hidden stands in the way of.</summary>
    private async Task<Answer> BothAsync(Person who, string mutation, JsonObject input, int stale = 0)
    {
        if (who == reader)
        {
            return await HearAsync(mutation, input, stale);
        }

        input = Fit(mutation, With(input, Key()));
        Told.Add($"{who.Id}: {mutation} {input.ToJsonString()}");
        var (here, there) = (await left.ChangeAsync(who, mutation, input, Selected(mutation), stale), await right.ChangeAsync(who, mutation, input, Selected(mutation), stale));
        Count = Count with { Changes = Count.Changes + 1, Made = Count.Made + (Kinds(here).Length == 0 ? 1 : 0) };
        Assert.True(Kinds(here) == Kinds(there), $"{mutation} became {here.Text} and {there.Text} after{Environment.NewLine}{string.Join(Environment.NewLine, Told)}");
        return here;
    }

    private async Task RecordAsync(Person who, JsonObject input, string mutation = "recordSeizure", bool? isTainted = null)
    {
        var isReal = input["exercise"] is { } exercise && !exercise.GetValue<bool>();
        isTainted ??= OneIn(3);
        foreach (var (id, kind) in Ids(await BothAsync(who, mutation, input)))
        {
            if (kind == "Derived")
            {
                hidden.Add(id);
                continue;
            }

            things.Add(new Thing(id, kind, who.Agency, isReal) { IsTainted = isTainted.Value && kind == "Seizure" && who.Agency == "KZ-CUSTOMS" && reader.Agency != "KZ-CUSTOMS", IsReaders = who == reader });
        }
    }

    private async Task<Answer> SecretAsync(Person who, string mutation, JsonObject input)
    {
        input = Fit(mutation, With(input, Key()));
        Told.Add($"hidden: {who.Id}: {mutation} {input.ToJsonString()}");
        var answer = await left.ChangeAsync(who, mutation, input, Selected(mutation));
        Assert.False(answer.Json.TryGetProperty("errors", out _), answer.Text);
        if (OneIn(4) && mutation == "recordSeizure")
        {
            var other = With(Seizure(isExercise: true), Key());
            other["restrictTo"] = input["restrictTo"]?.DeepClone();
            await right.ChangeAsync(who, mutation, other, "");
        }

        return answer;
    }

    private JsonObject Seizure(bool isExercise)
    {
        var suspects = new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(n => (JsonNode)Notebook.Involved($"Exercise {n}", Pick(["DRIVER", "ORGANISER"]), Pick(Phones)))]);
        var identifiers = new JsonArray();
        if (OneIn(2))
        {
            identifiers.Add(Notebook.Of(new { @as = "CARRIED_BY", type = "PLATE", value = Pick(Plates) }));
        }

        if (OneIn(2))
        {
            identifiers.Add(Notebook.Of(new { @as = "CARRIED_BY", type = "CONTAINER", value = "CSQU3054383" }));
        }

        return Notebook.Seizure(Notebook.Of(new { exercise = isExercise, occurredOn = $"2026-03-{random.Next(1, 14):00}", suspects, identifiers, handling = Pick(["H0", "H1"]) }));
    }

    private List<Thing> Suspects(Thing with) => [.. things.Where(thing => thing.Kind == "Suspect" && thing.IsReal == with.IsReal && thing.Agency == with.Agency)];

    /// <summary>The ids that an accepted change made, with the kind of each.</summary>
    private static IEnumerable<(string Id, string Kind)> Ids(Answer answer)
    {
        if (answer.Json.TryGetProperty("errors", out _))
        {
            yield break;
        }

        foreach (var payload in answer.Json.GetProperty("data").EnumerateObject().Select(field => field.Value))
        {
            foreach (var (field, kind) in new[] { ("seizure", "Seizure"), ("link", "Link"), ("operation", "Operation") })
            {
                if (payload.TryGetProperty(field, out var made) && made.ValueKind == JsonValueKind.Object)
                {
                    yield return (made.GetProperty("id").GetString()!, kind);
                    foreach (var link in made.TryGetProperty("links", out var links) ? [.. links.GetProperty("nodes").EnumerateArray()] : Array.Empty<JsonElement>())
                    {
                        yield return (link.GetProperty("id").GetString()!, link.GetProperty("kind").GetString() is "INVOLVES" or "CARRIED_BY" ? "Link" : "Derived"); // the latter only to be guessed
                        if (link.GetProperty("other").GetProperty("__typename").GetString() == "Suspect")
                        {
                            yield return (link.GetProperty("other").GetProperty("id").GetString()!, "Suspect");
                        }
                    }
                }
            }
        }
    }

    private static string Kinds(Answer answer) => string.Join(' ', answer.Codes.Concat(answer.Json.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object
        ? data.EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.Object).SelectMany(field => Notebook.Refusals(field.Value))
        : []));

    /// <summary>What of its payload a mutation selects.</summary>
    private static string Selected(string mutation) => mutation switch
    {
        "recordSeizure" or "amendSeizure" => "seizure { id version reference links(first: 50) { nodes { id kind other { __typename id } } } }",
        "recordSuspect" => "suspect { id }",
        "linkRecords" or "linkIdentifier" or "consentToLink" => "link { id version other { id caption } }",
        "openOperation" or "proposeOfficers" or "confirmOfficers" or "removeOfficers" or "endOperation" => "operation { id officers { officer confirmed } }",
        "withdraw" => "withdrawn",
        "release" => "released { id caption }",
        "recall" => "recalled",
        "submit" or "validate" or "returnToAuthor" => "record { id version validation }",
        _ => "",
    };

    /// <summary>The input with only the fields that the mutation has.</summary>
    private static JsonObject Fit(string mutation, JsonObject input)
    {
        var fitted = (JsonObject)input.DeepClone();
        switch (mutation)
        {
            case "submit" or "validate":
                fitted.Remove("note");
                break;
            case "recall":
                fitted.Remove("level");
                fitted["reason"] ??= "over";
                fitted["from"] ??= fitted["to"]?.DeepClone();
                fitted.Remove("to");
                break;
            case "endOperation":
                fitted.Remove("officers");
                break;
            case "release":
                fitted.Remove("from");
                break;
            default:
                break;
        }

        return fitted;
    }

    private static JsonObject Versioned(Thing thing, object more) => Versioned(thing.Id, more);

    private static JsonObject Versioned(string id, object more)
    {
        var input = more as JsonObject ?? Notebook.Of(more);
        input["id"] = id;
        input["version"] = 1;
        return input;
    }

    private static JsonObject With(JsonObject input, string key)
    {
        input["requestKey"] = key;
        return input;
    }

    private string Key() => string.Create(CultureInfo.InvariantCulture, $"key-{++keys}");

    private bool OneIn(int n) => random.Next(n) == 0;

    private T Pick<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];

    /// <summary>A record or link that a history can go on with.</summary>
    private sealed record Thing(string Id, string Kind, string Agency, bool IsReal)
    {
        /// <summary>Its closed properties differ: the reader never sees them.</summary>
        public bool IsTainted { get; init; }

        /// <summary>Only the hider and who is named see it.</summary>
        public bool IsRestricted { get; init; }

        public bool IsReaders { get; init; }
    }
}
