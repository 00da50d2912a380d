using System.Collections.Immutable;
using System.Text.Json.Nodes;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Tests.Conformance;

/// <summary>
/// What every engine must equal: dictionaries and LINQ, written from <c>access.md</c> and the port's own words, never
/// from an engine. It keeps every version of everything, and answers for one reader from a projection of the whole.
/// </summary>
internal sealed class Oracle
{
    private State state = State.Empty;

    public IEnumerable<StoredRecord> Records => state.Records.Values.Select(kept => kept.Now);

    public IEnumerable<StoredConnector> Connectors => state.Connectors.Values;

    public IEnumerable<StoredLink> Links => state.Links.Values.Select(kept => kept.Link);

    public IEnumerable<StoredLink> OwnLinks => state.Links.Values.Where(kept => !kept.IsDerived).Select(kept => kept.Link);

    /// <summary>The order key of a link: that of the record it starts from.</summary>
    public string SortOf(StoredLink link) => state.SortOf(link);

    public int? VersionOf(RecordId id) => state.Records.GetValueOrDefault(id)?.Versions.Count ?? state.Links.GetValueOrDefault(id)?.Version;

    public StoredRecord? Find(RecordId id) => state.Records.GetValueOrDefault(id)?.Now;

    /// <summary>The rule of who sees what, once more.</summary>
    public static Level LevelOf(Reader reader, Audience audience, DateTimeOffset now)
    {
        if (audience.IsReference)
        {
            return Level.Full;
        }

        var tokens = new List<string> { "eco", "officer:" + reader.Officer.Value, "agency:" + reader.Agency.Value };
        tokens.AddRange(reader.Groups.Select(group => "group:" + group));
        if (reader.Country is not null)
        {
            tokens.Add("country:" + reader.Country);
        }

        var running = audience.Releases.Where(release => (release.Until is not { } until || until > now) && tokens.Contains(release.To.Value)).ToList();
        return running.Count == 0 ? Level.None : (Level)Math.Min((int)CapOf(reader), running.Max(release => (int)release.Level));
    }

    public static Level CapOf(Reader reader) =>
        reader.Roles.Any(role => role is Role.Officer or Role.Analyst or Role.Prosecutor or Role.Liaison) ? Level.Full
        : reader.Roles.Contains(Role.Observer) ? Level.Sanitised
        : Level.None;

    /// <summary>Orders as the port says: by the UTF-8 of the text.</summary>
    public static int Compare(string left, string right) =>
        System.Text.Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(right));

    /// <summary>The graph with everything taken out that this reader may not see.</summary>
    public Projection Project(Reader reader, DateTimeOffset now) => Project(state, reader, now);

    public Storage.Reading Answer(ReadPlan plan, Reader reader, DateTimeOffset now) => Project(reader, now).Answer(plan);

    public CommitResult Commit(ChangeSet changes, Reader author, DateTimeOffset now)
    {
        var key = changes.RequestKey is { } request ? (author.Officer, request.Field, request.Key) : default;
        if (changes.RequestKey is not null && state.Requests.TryGetValue(key, out var earlier) && earlier.At > now.AddDays(-30))
        {
            return earlier.Hash == changes.RequestKey.ContentHash
                ? new CommitResult.Committed(earlier.Ids, Replayed: true)
                : new CommitResult.Refused(RefusalReason.RequestKeyReused, null);
        }

        var writing = new Writing(state, author, now);
        if (writing.Apply(changes) is { } fault)
        {
            return fault;
        }

        ImmutableArray<RecordId> ids =
        [
            .. changes.Records.Select(added => added.Record.Id),
            .. changes.Amended.Select(amended => amended.Record.Id),
            .. changes.Links.Select(link => link.Id),
            .. changes.AmendedLinks.Select(amended => amended.Id),
            .. changes.Consents.Select(consent => consent.Link),
        ];
        state = changes.RequestKey is { } made
            ? writing.State with { Requests = writing.State.Requests.SetItem(key, new Request(made.ContentHash, ids, now)) }
            : writing.State;
        return new CommitResult.Committed(ids, Replayed: false);
    }

    private static Projection Project(State state, Reader reader, DateTimeOffset now)
    {
        var records = state.Records.Values
            .Select(kept => See(kept, reader, now))
            .OfType<Seen>()
            .ToDictionary(seen => seen.Record.Id);

        Level? EndLevel(RecordId id) => records.TryGetValue(id, out var seen) ? seen.Record.Level : state.Connectors.ContainsKey(id) ? Level.Full : null;
        var links = ImmutableArray.CreateBuilder<SeenEdge>();
        foreach (var kept in state.Links.Values)
        {
            var own = LevelOf(reader, kept.Link.Audience, now);
            if (EndLevel(kept.Link.From) is not { } from || EndLevel(kept.Link.To) is not { } to)
            {
                continue;
            }

            var level = new[] { own, from, to }.Min();
            if (level >= kept.Link.Floor && level >= Level.Sanitised)
            {
                var owners = kept.Link.Owner == reader.Agency && own == Level.Full
                    ? new LinkOwnersView(kept.Version, kept.Link.Audience, [.. kept.Consents.OrderBy(agency => agency.Value, StringComparer.Ordinal)])
                    : null;
                links.Add(new SeenEdge(kept.Link, state.SortOf(kept.Link), level, owners));
            }
        }

        foreach (var connector in state.Connectors.Values.Where(connector => links.Any(link => link.Link.From == connector.Id || link.Link.To == connector.Id)))
        {
            records.Add(connector.Id, new Seen(
                new SeenRecord
                {
                    Id = connector.Id,
                    Kind = RecordKind.Identifier,
                    Level = Level.Full,
                    Exercise = connector.Exercise,
                    Validation = Validation.Validated,
                    Properties = connector.Properties,
                },
                "",
                [],
                null));
        }

        return new Projection(records.ToImmutableDictionary(), links.ToImmutable());
    }

    private static Seen? See(Kept kept, Reader reader, DateTimeOffset now)
    {
        var record = kept.Now;
        var level = LevelOf(reader, record.Audience, now);
        if (level < Level.Sanitised)
        {
            return null;
        }

        var full = level == Level.Full;
        var owners = full && record.Owner == reader.Agency;
        var release = record.Owner == reader.Agency ? null : Release(kept, reader, now);
        var versions = kept.Versions.Select((version, n) => new RecordVersion(
            n + 1,
            version.At,
            version.By,
            version.Record.Validation,
            version.Record.Handling,
            version.Record.Audience,
            version.Record.Details,
            version.Record.Properties)).ToList();
        return new Seen(
            new SeenRecord
            {
                Id = record.Id,
                Kind = record.Kind,
                Level = level,
                Owner = record.Owner,
                Exercise = record.Exercise,
                Validation = record.Validation,
                Handling = record.Handling,
                Details = full ? record.Details : RecordDetails.None,
                Reference = full ? kept.Reference : null,
                ReleasedAt = release?.At,
                Edition = release?.Editions.Count,
                Editions = release?.Editions.Select((version, n) => new RecordEdition(
                    n + 1,
                    version.At,
                    version.Record.Validation,
                    version.Record.Handling,
                    full ? version.Record.Properties : RecordJson.Write(Synthetic.Open(record.Kind, version.Record.Properties)))).ToList(),
                Owners = owners
                    ? new OwnersView(kept.Versions.Count, record.Audience, kept.Versions[0].At, kept.Versions[0].By, kept.Versions[^1].At, kept.Versions[^1].By, versions)
                    : null,
                Properties = full ? record.Properties : RecordJson.Write(Synthetic.Open(record.Kind, record.Properties)),
            },
            record.Sort,
            [.. record.Index.Where(value => full || Synthetic.IsOpen(value.Property))],
            owners ? record.ImportKey : null);
    }

    /// <summary>The recipient's own release, since it has run without a break, and what of the changes since then showed at their level.</summary>
    private static (DateTimeOffset At, List<Version> Editions)? Release(Kept kept, Reader reader, DateTimeOffset now)
    {
        var best = kept.Now.Audience.Releases
            .Select(release =>
            {
                var since = kept.Versions.FindLastIndex(version => !version.Record.Audience.Releases.Contains(release)) + 1;
                var level = LevelOf(reader, new Audience(kept.Now.Owner, [release]), now);
                var editions = kept.Versions.Skip(since).Where((version, n) => n == 0 || version.ShowsFrom <= level).ToList();
                return (Release: release, Level: level, Since: since, Editions: editions);
            })
            .Where(candidate => candidate.Level > Level.None)
            .OrderByDescending(candidate => candidate.Level)
            .ThenBy(candidate => candidate.Since)
            .ThenBy(candidate => candidate.Release.To.Value, StringComparer.Ordinal)
            .ToList();
        return best.Count == 0 ? null : (kept.Versions[best[0].Since].At, best[0].Editions);
    }

    /// <summary>A record as the projection has it: what is closed to the reader is not in it.</summary>
    internal sealed record Seen(SeenRecord Record, string Sort, ImmutableArray<IndexedValue> Index, string? ImportKey);

    /// <param name="Owners">Null unless the link is of the reader's agency and its own audience shows it at Full.</param>
    internal sealed record SeenEdge(StoredLink Link, string Sort, Level Level, LinkOwnersView? Owners);

    internal sealed record Version(DateTimeOffset At, OfficerId By, StoredRecord Record, Level? ShowsFrom);

    private sealed record Kept(ImmutableList<Version> Versions, string? Reference)
    {
        public StoredRecord Now => Versions[^1].Record;
    }

    private sealed record KeptLink(StoredLink Link, int Version, bool IsDerived, ImmutableHashSet<AgencyCode> Consents);

    private sealed record Request(string Hash, ImmutableArray<RecordId> Ids, DateTimeOffset At);

    private sealed record State(
        ImmutableDictionary<RecordId, Kept> Records,
        ImmutableDictionary<RecordId, StoredConnector> Connectors,
        ImmutableDictionary<RecordId, KeptLink> Links,
        ImmutableDictionary<(OfficerId, string, string), Request> Requests,
        ImmutableDictionary<(AgencyCode, int), int> Numbers)
    {
        public static State Empty { get; } = new(
            ImmutableDictionary<RecordId, Kept>.Empty,
            ImmutableDictionary<RecordId, StoredConnector>.Empty,
            ImmutableDictionary<RecordId, KeptLink>.Empty,
            ImmutableDictionary<(OfficerId, string, string), Request>.Empty,
            ImmutableDictionary<(AgencyCode, int), int>.Empty);

        public string SortOf(StoredLink link) => Records.TryGetValue(link.From, out var from) ? from.Now.Sort : "";
    }

    /// <summary>One change set on the way; its state is kept only if nothing went wrong.</summary>
    private sealed class Writing(State state, Reader author, DateTimeOffset now)
    {
        private readonly HashSet<RecordId> ofThisChange = [];

        public State State { get; private set; } = state;

        public CommitResult? Apply(ChangeSet changes)
        {
            foreach (var witness in changes.Unchanged)
            {
                if (!State.Records.TryGetValue(witness.Id, out var kept) || kept.Now.Owner != author.Agency || LevelOf(author, kept.Now.Audience, now) < Level.Full)
                {
                    return new CommitResult.Missing(witness.Id);
                }

                if (kept.Versions.Count != witness.Version)
                {
                    return new CommitResult.Conflict(witness.Id, kept.Versions.Count);
                }
            }

            foreach (var added in changes.Records)
            {
                if (Add(added) is { } fault)
                {
                    return fault;
                }
            }

            foreach (var amended in changes.Amended)
            {
                if (Amend(amended) is { } fault)
                {
                    return fault;
                }
            }

            foreach (var connector in changes.Connectors)
            {
                ofThisChange.Add(connector.Id);
                if (!State.Connectors.ContainsKey(connector.Id))
                {
                    State = State with { Connectors = State.Connectors.Add(connector.Id, connector) };
                }
            }

            foreach (var (id, derived) in changes.Records.Select(added => (added.Record.Id, added.Derived)).Concat(changes.Amended.Select(amended => (amended.Record.Id, amended.Derived))))
            {
                State = State with { Links = State.Links.RemoveRange(State.Links.Values.Where(kept => kept.IsDerived && kept.Link.From == id).Select(kept => kept.Link.Id)) };
                if (derived.Select(link => Join(link, isDerived: true)).FirstOrDefault(fault => fault is not null) is { } fault)
                {
                    return fault;
                }
            }

            return changes.Links.Select(link => Join(link, isDerived: false)).FirstOrDefault(fault => fault is not null)
                ?? changes.AmendedLinks.Select(Amend).FirstOrDefault(fault => fault is not null)
                ?? changes.Consents.Select(Consent).FirstOrDefault(fault => fault is not null);
        }

        private CommitResult.Refused? Add(NewRecord added)
        {
            var record = added.Record;
            if (State.Records.ContainsKey(record.Id) || State.Connectors.ContainsKey(record.Id))
            {
                return new CommitResult.Refused(RefusalReason.IdTaken, record.Id);
            }

            if (IsKeyTaken(record))
            {
                return new CommitResult.Refused(RefusalReason.ImportKeyTaken, record.Id);
            }

            string? reference = null;
            if (added.NumberedIn is { } year)
            {
                var n = State.Numbers.GetValueOrDefault((author.Agency, year));
                State = State with { Numbers = State.Numbers.SetItem((author.Agency, year), n + 1) };
                reference = $"number {n} of {author.Agency} in {year}";
            }

            ofThisChange.Add(record.Id);
            State = State with { Records = State.Records.Add(record.Id, new Kept([new Version(now, author.Officer, record, null)], reference)) };
            return null;
        }

        private CommitResult? Amend(AmendedRecord amended)
        {
            var record = amended.Record;
            if (!State.Records.TryGetValue(record.Id, out var kept) || kept.Now.Owner != author.Agency || LevelOf(author, kept.Now.Audience, now) < Level.Full)
            {
                return new CommitResult.Missing(record.Id);
            }

            if (kept.Versions.Count != amended.ExpectedVersion)
            {
                return new CommitResult.Conflict(record.Id, kept.Versions.Count);
            }

            ofThisChange.Add(record.Id);
            var written = record with { ImportKey = kept.Now.ImportKey };
            State = State with { Records = State.Records.SetItem(record.Id, kept with { Versions = kept.Versions.Add(new Version(now, author.Officer, written, amended.ShowsFrom)) }) };
            return null;
        }

        private CommitResult? Join(StoredLink link, bool isDerived)
        {
            var projection = Project(State, author, now);
            if (!ofThisChange.Contains(link.From) && !projection.Records.ContainsKey(link.From))
            {
                return new CommitResult.Missing(link.From);
            }

            if (!ofThisChange.Contains(link.To) && !projection.Records.ContainsKey(link.To))
            {
                return new CommitResult.Missing(link.To);
            }

            if (WorldOf(link.From) is { } from && WorldOf(link.To) is { } to && from != to)
            {
                return new CommitResult.Refused(RefusalReason.ExerciseMixed, link.Id);
            }

            if (!isDerived && IsTwin(projection, link))
            {
                return new CommitResult.Refused(RefusalReason.DuplicateLink, link.Id);
            }

            if (State.Links.ContainsKey(link.Id))
            {
                return new CommitResult.Refused(RefusalReason.IdTaken, link.Id);
            }

            if (!isDerived && !StaysWithin(link.Audience, [link.Owner, .. ForeignOwners(link)]) && ForeignOwners(link).Any())
            {
                return new CommitResult.Refused(RefusalReason.ConsentMissing, link.Id);
            }

            State = State with { Links = State.Links.Add(link.Id, new KeptLink(link, 1, isDerived, [])) };
            return null;
        }

        private CommitResult? Amend(AmendedLink amended)
        {
            var projection = Project(State, author, now);
            var seen = projection.Links.FirstOrDefault(link => link.Link.Id == amended.Id);
            if (seen is not { Owners: { } owners } || State.Links[amended.Id].IsDerived)
            {
                return new CommitResult.Missing(amended.Id);
            }

            if (owners.Version != amended.ExpectedVersion)
            {
                return new CommitResult.Conflict(amended.Id, owners.Version);
            }

            var kept = State.Links[amended.Id];
            var link = kept.Link with
            {
                Audience = amended.Audience,
                Withdrawn = amended.Withdrawn,
                Handling = amended.Handling,
                Discriminator = amended.Discriminator,
                Properties = amended.Properties,
            };
            if (!link.Withdrawn && IsTwin(projection, link))
            {
                return new CommitResult.Refused(RefusalReason.DuplicateLink, amended.Id);
            }

            var foreign = ForeignOwners(link).ToList();
            if (foreign.Count > 0 && !StaysWithin(link.Audience, [link.Owner, .. foreign]) && !foreign.All(kept.Consents.Contains))
            {
                return new CommitResult.Refused(RefusalReason.ConsentMissing, amended.Id);
            }

            State = State with { Links = State.Links.SetItem(amended.Id, kept with { Link = link, Version = kept.Version + 1 }) };
            return null;
        }

        /// <summary>Only by the owner of an end, of another's link that it sees; taken back, the link is narrowed to the agencies between.</summary>
        private CommitResult.Missing? Consent(Consent consent)
        {
            var seen = Project(State, author, now).Links.FirstOrDefault(link => link.Link.Id == consent.Link);
            if (seen is null || seen.Link.Owner == author.Agency || State.Links[consent.Link].IsDerived || !Owners(seen.Link).Contains(author.Agency))
            {
                return new CommitResult.Missing(consent.Link);
            }

            var kept = State.Links[consent.Link];
            if (consent.Given)
            {
                kept = kept with { Consents = kept.Consents.Add(author.Agency) };
            }
            else
            {
                AgencyCode[] between = [kept.Link.Owner, .. Owners(kept.Link)];
                kept = kept with { Consents = kept.Consents.Remove(author.Agency) };
                if (!StaysWithin(kept.Link.Audience, between))
                {
                    var narrowed = new Audience(kept.Link.Owner, kept.Link.Audience.Releases.Where(release => IsOf(release.To, between)));
                    kept = kept with { Link = kept.Link with { Audience = narrowed }, Version = kept.Version + 1 };
                }
            }

            State = State with { Links = State.Links.SetItem(consent.Link, kept) };
            return null;
        }

        /// <summary>The owners of a link's ends that are neither reference records nor connectors.</summary>
        private IEnumerable<AgencyCode> Owners(StoredLink link) => new[] { link.From, link.To }
            .Select(State.Records.GetValueOrDefault)
            .OfType<Kept>()
            .Where(kept => !kept.Now.Kind.IsReference())
            .Select(kept => kept.Now.Owner);

        private IEnumerable<AgencyCode> ForeignOwners(StoredLink link) => Owners(link).Where(owner => owner != link.Owner);

        private static bool StaysWithin(Audience audience, AgencyCode[] agencies) => audience.Releases.All(release => IsOf(release.To, agencies));

        private static bool IsOf(Token token, AgencyCode[] agencies) =>
            agencies.Any(agency => token.Value == "agency:" + agency.Value || token.Value.StartsWith("officer:" + agency.Value + "/", StringComparison.Ordinal));

        /// <summary>The owner's own link that says the same, among those the author sees.</summary>
        private bool IsTwin(Projection projection, StoredLink link) => projection.Links.Any(seen =>
            (seen.Link.From, seen.Link.To, seen.Link.Kind, seen.Link.Owner, seen.Link.Discriminator) == (link.From, link.To, link.Kind, author.Agency, link.Discriminator)
            && seen.Link.Id != link.Id
            && !seen.Link.Withdrawn
            && !State.Links[seen.Link.Id].IsDerived);

        private bool IsKeyTaken(StoredRecord record) => record.ImportKey is not null && State.Records.Values.Any(kept =>
            kept.Now.ImportKey == record.ImportKey
            && kept.Now.Id != record.Id
            && kept.Now.Owner == author.Agency
            && LevelOf(author, kept.Now.Audience, now) == Level.Full);

        private bool? WorldOf(RecordId id) => State.Records.TryGetValue(id, out var kept) ? kept.Now.Exercise : State.Connectors[id].Exercise;
    }
}
