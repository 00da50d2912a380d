using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Access;

/// <summary>
/// The one place where closed properties are taken away. Each kind declares which of its properties are open, as
/// paths (<c>occurredOn</c>, <c>specimens.quantities</c>); what is not declared is closed.
/// </summary>
public sealed class Disclosure
{
    private readonly FrozenDictionary<RecordKind, OpenTree> open;

    public Disclosure(IEnumerable<KeyValuePair<RecordKind, IEnumerable<string>>> openPaths)
    {
        open = openPaths.ToFrozenDictionary(kind => kind.Key, kind => OpenTree.Of(kind.Value));
    }

    /// <summary>The properties that a level shows. Below Sanitised there is nothing to show.</summary>
    /// <exception cref="InvalidOperationException">Asked below Sanitised: the record should not have come this far.</exception>
    public byte[] Properties(RecordKind kind, Level level, byte[] properties) => level switch
    {
        Level.Full => properties,
        Level.Sanitised => Sanitised(kind, properties),
        _ => throw new InvalidOperationException("A record below Sanitised is not shown."),
    };

    /// <summary>What a link says at a level.</summary>
    public static LinkProperties Properties(Level level, LinkProperties properties) => level switch
    {
        Level.Full => properties,
        Level.Sanitised => new LinkProperties(
            Role: properties.Role is InvolvementRole.Organiser or InvolvementRole.Official ? InvolvementRole.Other : properties.Role,
            Leg: properties.Leg,
            SeizureOpportunity: properties.SeizureOpportunity),
        _ => throw new InvalidOperationException("A link below Sanitised is not shown."),
    };

    private byte[] Sanitised(RecordKind kind, byte[] properties)
    {
        var node = JsonNode.Parse(properties) as JsonObject ?? [];
        Strip(node, open.GetValueOrDefault(kind) ?? OpenTree.Closed);
        return JsonSerializer.SerializeToUtf8Bytes(node, RecordJson.Options);
    }

    private static void Strip(JsonObject node, OpenTree tree)
    {
        foreach (var name in node.Select(property => property.Key).ToList())
        {
            if (!tree.Children.TryGetValue(name, out var below))
            {
                node.Remove(name);
            }
            else if (below.Children.Count > 0 && !StripParts(node[name], below))
            {
                node.Remove(name);
            }
        }
    }

    /// <summary>Strips what has parts; false where there are none although parts are declared: then nothing of it is open.</summary>
    private static bool StripParts(JsonNode? value, OpenTree tree)
    {
        switch (value)
        {
            case null:
                return true;
            case JsonObject one:
                Strip(one, tree);
                return true;
            case JsonArray list when list.All(one => one is JsonObject):
                foreach (var one in list)
                {
                    Strip((JsonObject)one!, tree);
                }

                return true;
            default:
                return false;
        }
    }

    /// <summary>Open paths as a tree; a leaf is open with all that is in it.</summary>
    private sealed record OpenTree(Dictionary<string, OpenTree> Children)
    {
        public static OpenTree Closed { get; } = new(new Dictionary<string, OpenTree>(StringComparer.Ordinal));

        public static OpenTree Of(IEnumerable<string> paths)
        {
            var root = new OpenTree(new Dictionary<string, OpenTree>(StringComparer.Ordinal));
            foreach (var path in paths)
            {
                var at = root;
                foreach (var step in path.Split('.'))
                {
                    if (!at.Children.TryGetValue(step, out var next))
                    {
                        at.Children[step] = next = new OpenTree(new Dictionary<string, OpenTree>(StringComparer.Ordinal));
                    }

                    at = next;
                }
            }

            return root;
        }
    }
}
