using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using GraphQLParser.AST;
using WildlifeRegistry.Reading;

namespace WildlifeRegistry.Hosting;

/// <summary>Documents that were parsed, judged and validated, by the hash of their text; the oldest used go first.</summary>
public sealed class DocumentCache(int capacity = 500)
{
    /// <summary>Longer texts are not kept.</summary>
    public const int MaxLength = 16 * 1024;

    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Hash, KnownDocument Document)>> known = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Hash, KnownDocument Document)> used = new();

    public static string HashOf(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public KnownDocument? Find(string hash)
    {
        lock (gate)
        {
            if (!known.TryGetValue(hash, out var node))
            {
                return null;
            }

            used.Remove(node);
            used.AddFirst(node);
            return node.Value.Document;
        }
    }

    public void Keep(string text, string hash, KnownDocument document)
    {
        if (text.Length > MaxLength)
        {
            return;
        }

        lock (gate)
        {
            if (known.ContainsKey(hash))
            {
                return;
            }

            known.Add(hash, used.AddFirst((hash, document)));
            if (known.Count > capacity)
            {
                known.Remove(used.Last!.Value.Hash);
                used.RemoveLast();
            }
        }
    }
}

/// <summary>A valid document.</summary>
/// <param name="Queries">Those of its operations that are answered without the library's executor, by name.</param>
public sealed record KnownDocument(GraphQLDocument Document, ImmutableDictionary<string, KnownQuery> Queries);
