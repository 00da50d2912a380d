namespace WildlifeRegistry.Tests.Conformance;

public sealed class SqliteRoundTrip : RoundTrip<SqliteEngine>;

public sealed class SqliteVisibility : Visibility<SqliteEngine>;

public sealed class SqliteListing : Listing<SqliteEngine>;

public sealed class SqliteLinks : Links<SqliteEngine>;

public sealed class SqliteCommits : Commits<SqliteEngine>;

public sealed class SqliteHistories : Histories<SqliteEngine>;

public sealed class SqliteFaults : Faults<SqliteEngine>;
