using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using WildlifeRegistry.Access;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>What a reader may see, as statements test it: ids of audiences, connectors' 0 among them, written once for all questions under the same levels.</summary>
internal sealed class Neo4jSight
{
    private static readonly ConditionalWeakTable<AudienceLevels, Written> Known = new();

    private readonly Seeing seeing;
    private readonly Written written;

    public Neo4jSight(Seeing seeing)
    {
        this.seeing = seeing;
        written = Known.GetValue(seeing.Levels, static one => new Written(Ids(one, Level.Full), Ids(one, Level.Sanitised)));
    }

    /// <summary>The audiences that are at Full, as a list in JSON.</summary>
    public ReadOnlySpan<byte> Full => written.Full;

    /// <summary>The audiences that are at Sanitised or above, as a list in JSON.</summary>
    public ReadOnlySpan<byte> Seen => written.Seen;

    /// <summary>Writes the parameters that every reading statement has.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WritePropertyName("full");
        writer.WriteRawValue(Full, skipInputValidation: true);
        writer.WritePropertyName("seen");
        writer.WriteRawValue(Seen, skipInputValidation: true);
        writer.WriteString("officer", seeing.Reader.Recalled is null ? null : seeing.Reader.Officer.Value);
        writer.WriteString("now", Neo4jTime.Write(seeing.Now.UtcTicks));
        writer.WriteString("agency", seeing.Reader.Agency.Value);
        Neo4jWriting.Texts(writer, "tokens", seeing.Reader.Tokens.Select(token => token.Value));
    }

    private static byte[] Ids(AudienceLevels levels, Level least) =>
        Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, levels.Bytes.Length).Where(id => levels[id] >= least)) + "]");

    private sealed record Written(byte[] Full, byte[] Seen);
}
