namespace WildlifeRegistry.Tests.Conformance;

public sealed class SqliteRoundTrip : RoundTrip<SqliteEngine>;

public sealed class SqliteVisibility : Visibility<SqliteEngine>;
