using WildlifeRegistry.Tests.Support;
using Xunit;

namespace WildlifeRegistry.Tests.Conformance;

[Collection(Neo4jTests.Name)]
public sealed class Neo4jRoundTrip : RoundTrip<Neo4jEngine>;

[Collection(Neo4jTests.Name)]
public sealed class Neo4jVisibility : Visibility<Neo4jEngine>;

[Collection(Neo4jTests.Name)]
public sealed class Neo4jListing : Listing<Neo4jEngine>;

[Collection(Neo4jTests.Name)]
public sealed class Neo4jLinks : Links<Neo4jEngine>;

[Collection(Neo4jTests.Name)]
public sealed class Neo4jCommits : Commits<Neo4jEngine>;

[Collection(Neo4jTests.Name)]
public sealed class Neo4jHistories : Histories<Neo4jEngine>;

[Collection(Neo4jTests.Name)]
public sealed class Neo4jFaults : Faults<Neo4jEngine>;
