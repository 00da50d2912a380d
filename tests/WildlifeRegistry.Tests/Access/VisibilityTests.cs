using CsCheck;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Tests.Access;

/// <summary>The rule of who sees what, as access.md has it.</summary>
public sealed class VisibilityTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 9, 30, 0, TimeSpan.Zero);
    private static readonly AgencyCode Kz = new("KZ-CUSTOMS"), Uz = new("UZ-CUSTOMS");

    private static readonly Gen<Token> Tokens = Gen.OneOf(
        Token.Eco, Token.Agency(Kz), Token.Agency(Uz), Token.Country("KZ"), Token.Country("UZ"), Token.Group("falcon"), Token.Group("saiga"),
        Token.Officer(new OfficerId("KZ-CUSTOMS/a")), Token.Officer(new OfficerId("KZ-CUSTOMS/b")), Token.Officer(new OfficerId("UZ-CUSTOMS/a")));

    private static readonly Gen<Release> Releases = Tokens.Select(
        Gen.OneOf(Level.Hit, Level.Sanitised, Level.Full),
        Gen.OneOf(null, (DateTimeOffset?)Now.AddTicks(-1), Now, Now.AddTicks(1), Now.AddDays(1)),
        (to, level, until) => new Release(to, level, until));

    private static readonly Gen<Audience> Audiences = Gen.OneOf(Kz, Uz).Select(Releases.Array[0, 5], (owner, releases) => new Audience(owner, releases));

    private static readonly Gen<Reader> Readers = Gen.OneOf("a", "b").Select(
        Gen.OneOf((Kz, (string?)"KZ"), (Uz, "UZ"), (new AgencyCode("ECO-SECRETARIAT"), null)),
        Gen.OneOf<Role[]>([Role.Officer], [Role.Analyst, Role.Liaison], [Role.Prosecutor], [Role.Observer], [Role.Observer, Role.Officer], [Role.Admin], [Role.Auditor]),
        Gen.OneOf<string[]>([], ["falcon"], ["falcon", "saiga"]),
        (name, agency, roles, groups) => new Reader(new OfficerId($"{agency.Item1}/{name}"), agency.Item1, agency.Item2, [.. roles], [.. groups]));

    private static readonly Gen<RecordKind> Kinds = Gen.OneOf(RecordKind.Seizure, RecordKind.Incident, RecordKind.Suspect, RecordKind.Route);

    public static TheoryData<string, Role, Level, Level> Table => new()
    {
        { "agency:KZ-CUSTOMS", Role.Officer, Level.Full, Level.Full },
        { "agency:KZ-CUSTOMS", Role.Officer, Level.Hit, Level.Hit },
        { "country:KZ", Role.Analyst, Level.Sanitised, Level.Sanitised },
        { "officer:KZ-CUSTOMS/a", Role.Liaison, Level.Full, Level.Full },
        { "group:falcon", Role.Prosecutor, Level.Full, Level.Full },
        { "eco", Role.Officer, Level.Full, Level.Full },
        { "eco", Role.Observer, Level.Full, Level.Sanitised },
        { "eco", Role.Observer, Level.Hit, Level.Hit },
        { "eco", Role.Admin, Level.Full, Level.None },
        { "agency:KZ-CUSTOMS", Role.Auditor, Level.Full, Level.None },
        { "agency:UZ-CUSTOMS", Role.Officer, Level.Full, Level.None },
        { "agency:KZ", Role.Officer, Level.Full, Level.None },
        { "country:UZ", Role.Officer, Level.Full, Level.None },
        { "officer:KZ-CUSTOMS/b", Role.Officer, Level.Full, Level.None },
        { "officer:UZ-CUSTOMS/a", Role.Officer, Level.Full, Level.None },
        { "group:saiga", Role.Officer, Level.Full, Level.None },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void A_release_shows_its_level_to_whom_it_names_and_no_more_than_their_role_may_see(string to, Role role, Level level, Level expected)
    {
        Assert.True(Token.TryParse(to, out var token));
        var reader = new Reader(new OfficerId("KZ-CUSTOMS/a"), Kz, "KZ", [role], ["falcon"]);

        Assert.Equal(expected, Visibility.LevelFor(reader, RecordKind.Seizure, new Audience(Kz, [new Release(token, level)]), Now));
    }

    [Theory]
    [InlineData(-1, Level.None)]
    [InlineData(0, Level.None)]
    [InlineData(1, Level.Full)]
    public void A_release_ends_at_its_end(int ticks, Level expected) => Assert.Equal(
        expected,
        Visibility.LevelFor(Officer(), RecordKind.Suspect, new Audience(Kz, [new Release(Token.Agency(Kz), Level.Full, Now.AddTicks(ticks))]), Now));

    [Fact]
    public void The_owner_sees_its_records_by_a_release_like_anybody() =>
        Assert.Equal(Level.None, Visibility.LevelFor(Officer(), RecordKind.Seizure, new Audience(Kz, []), Now));

    [Fact]
    public void Reference_records_are_full_for_every_role()
    {
        foreach (var role in Enum.GetValues<Role>())
        {
            foreach (var kind in Enum.GetValues<RecordKind>())
            {
                var reader = new Reader(new OfficerId("UZ-CUSTOMS/a"), Uz, "UZ", [role], []);
                Assert.Equal(kind.IsReference() ? Level.Full : Level.None, Visibility.LevelFor(reader, kind, Audience.Reference(Kz), Now));
                if (kind.IsReference())
                {
                    // An audience of records on a reference record is a mistake: closed.
                    Assert.Equal(Level.None, Visibility.LevelFor(reader, kind, new Audience(Kz, [new Release(Token.Eco, Level.Full)]), Now));
                }
            }
        }
    }

    [Fact]
    public void It_is_the_best_release_that_holds_and_never_above_the_cap() => Readers.Select(Kinds, Audiences).Sample((reader, kind, audience) =>
    {
        var cap = reader.Roles.Max(role => role switch { Role.Admin or Role.Auditor => Level.None, Role.Observer => Level.Sanitised, _ => Level.Full });
        var best = audience.Releases.Where(release => reader.Tokens.Contains(release.To) && (release.Until is null || release.Until > Now)).Select(release => release.Level).Append(Level.None).Max();
        return Visibility.LevelFor(reader, kind, audience, Now) == (best < cap ? best : cap);
    });

    [Fact]
    public void Another_release_never_takes_away_and_time_never_gives() => Readers.Select(Kinds, Audiences, Releases).Sample((reader, kind, audience, release) =>
        Visibility.LevelFor(reader, kind, new Audience(audience.Owner, audience.Releases.Add(release)), Now) >= Visibility.LevelFor(reader, kind, audience, Now)
        && Visibility.LevelFor(reader, kind, audience, Now.AddTicks(1)) <= Visibility.LevelFor(reader, kind, audience, Now));

    [Fact]
    public void The_table_of_levels_says_what_the_rule_says_and_nothing_of_what_it_does_not_know() => Readers.Select(Audiences.Array[0, 6]).Sample((reader, audiences) =>
    {
        var table = AudienceLevels.For(reader, [null, .. audiences, null, Audience.Reference(Kz)], Now);
        return audiences.Select((audience, n) => table[n + 1] == Visibility.LevelFor(reader, RecordKind.Suspect, audience, Now)).All(same => same)
            && table[audiences.Length + 1] == Level.None
            && table[audiences.Length + 2] == Level.Full
            && table[audiences.Length + 3] == Level.None
            && table[-1] == Level.None
            && table[0] == Level.Full;
    });

    [Fact]
    public void Equal_audiences_have_one_canonical_form_and_others_another()
    {
        Audiences.Select(Gen.Int).Sample((audience, seed) =>
            new Audience(audience.Owner, audience.Releases.Concat(audience.Releases).OrderBy(release => HashCode.Combine(seed, release))).Canonical == audience.Canonical);
        Audiences.Select(Audiences).Sample((one, other) =>
            one.Canonical == other.Canonical == (one.Owner == other.Owner && one.Releases.ToHashSet().SetEquals(other.Releases)));

        // Officers' ids may hold what the form is written with.
        var tricky = Gen.String[Gen.Char["|>:03a"], 1, 8].Select(name => new Release(Token.Officer(new OfficerId(name)), Level.Full)).Array[0, 3];
        tricky.Select(tricky).Sample((one, other) =>
            new Audience(Kz, one).Canonical == new Audience(Kz, other).Canonical == one.ToHashSet().SetEquals(other));
        static Release To(string officer) => new(Token.Officer(new OfficerId(officer)), Level.Full);
        Assert.NotEqual(new Audience(Kz, [To("a"), To("b")]), new Audience(Kz, [To("a|3>0>officer:b")]));
        Assert.NotEqual(new Audience(Kz, [To("a|"), To("b")]), new Audience(Kz, [To("a||3>0>officer:b")]));
        Assert.NotEqual(Audience.Reference(Kz), new Audience(Kz, []));
    }

    [Fact]
    public void A_release_at_no_level_cannot_be_made() => Assert.Throws<ArgumentException>(() => new Audience(Kz, [new Release(Token.Eco, Level.None)]));

    [Theory]
    [InlineData(Role.Admin)]
    [InlineData(Role.Auditor)]
    public void Some_roles_stand_alone(Role role)
    {
        foreach (var other in Enum.GetValues<Role>().Where(other => other != role))
        {
            Assert.Throws<ArgumentException>(() => new Reader(new OfficerId("KZ-CUSTOMS/a"), Kz, "KZ", [role, other], []));
        }

        Assert.Throws<ArgumentException>(() => new Reader(new OfficerId("KZ-CUSTOMS/a"), Kz, "KZ", [], []));
    }

    [Theory]
    [InlineData("eco", true)]
    [InlineData("officer:KZ-CUSTOMS/a.b", true)]
    [InlineData("agency:KZ-CUSTOMS", true)]
    [InlineData("country:KZ", true)]
    [InlineData("group:falcon 1", true)]
    [InlineData("", false)]
    [InlineData("eco:", false)]
    [InlineData("eco:KZ", false)]
    [InlineData("ECO", false)]
    [InlineData("officer:", false)]
    [InlineData("group:", false)]
    [InlineData("agency:kz", false)]
    [InlineData("agency:", false)]
    [InlineData("country:kz", false)]
    [InlineData("country:KAZ", false)]
    [InlineData("country:", false)]
    [InlineData("everyone", false)]
    [InlineData("officer:a\nb", false)]
    [InlineData(" eco", false)]
    [InlineData(null, false)]
    public void A_token_is_one_of_five_forms(string? text, bool isOne)
    {
        Assert.Equal(isOne, Token.TryParse(text, out var token));
        Assert.Equal(isOne ? text : null, token.Value);
    }

    [Fact]
    public void A_token_of_more_than_an_id_is_none() => Assert.False(Token.TryParse("officer:" + new string('a', OfficerId.MaxLength + 1), out _));

    private static Reader Officer() => new(new OfficerId("KZ-CUSTOMS/a"), Kz, "KZ", [Role.Officer], []);
}
