using System.Collections.Concurrent;
using WildlifeRegistry.Storage.Neo4j;

namespace WildlifeRegistry.Tests.Neo4j;

/// <summary>The texts of all statements that a test has sent since, by whatever store it opened since: other tests' are not among them.</summary>
internal sealed class SentStatements : IDisposable
{
    private static readonly AsyncLocal<ConcurrentQueue<string>?> Mine = new();

    private readonly ConcurrentQueue<string> sent = new();
    private readonly Action<string>? heard;

    /// <param name="heard">Is told of each before it is sent.</param>
    public SentStatements(Action<string>? heard = null)
    {
        this.heard = heard;
        Mine.Value = sent;
        Neo4jClient.Sending += Note;
    }

    /// <summary>In the order that they were sent in.</summary>
    public IReadOnlyList<string> Texts => [.. sent];

    public void Dispose()
    {
        Neo4jClient.Sending -= Note;
        Mine.Value = null;
    }

    private void Note(string statement)
    {
        if (Mine.Value == sent)
        {
            sent.Enqueue(statement);
            heard?.Invoke(statement);
        }
    }
}
