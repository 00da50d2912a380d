using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>The body of one request, in a buffer that is used again.</summary>
internal sealed class Neo4jRequest
{
    /// <summary>Larger ones, of imports, are let go.</summary>
    private const int MaxKept = 1024 * 1024;

    private static readonly ConcurrentBag<Neo4jRequest> Free = [];

    private readonly ArrayBufferWriter<byte> buffer = new(16 * 1024);

    private Neo4jRequest()
    {
    }

    public ReadOnlyMemory<byte> Body => buffer.WrittenMemory;

    public static Neo4jRequest Of(string statement, Action<Utf8JsonWriter> parameters, string accessMode, TimeSpan limit, string[] bookmarks)
    {
        var request = Free.TryTake(out var free) ? free : new Neo4jRequest();
        using var writer = new Utf8JsonWriter(request.buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteString("statement"u8, statement);

        // One map of them all: Neo4j plans a text anew for each combination of its parameters' types and sizes, of whose members it asks nothing.
        writer.WriteStartObject("parameters"u8);
        writer.WriteStartObject("p"u8);
        parameters(writer);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteString("accessMode"u8, accessMode);

        // Servers from 2026.04 on end the statement by themselves then; earlier ones by db.transaction.timeout alone.
        writer.WriteNumber("maxExecutionTime"u8, (int)limit.TotalSeconds);
        if (bookmarks.Length > 0)
        {
            writer.WriteStartArray("bookmarks"u8);
            foreach (var bookmark in bookmarks)
            {
                writer.WriteStringValue(bookmark);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.Flush();
        return request;
    }

    /// <summary>Lets the buffer be used again. Only where rows came: what failed may still be sending from it.</summary>
    public void Release()
    {
        if (buffer.Capacity <= MaxKept)
        {
            buffer.ResetWrittenCount();
            Free.Add(this);
        }
    }
}
