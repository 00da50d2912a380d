using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;

namespace WildlifeRegistry.Records;

/// <summary>What is derived from the registry's one secret: ids that must be the same whoever came first, references that betray no volume, and the seal on cursors.</summary>
public sealed class RegistryKeys
{
    /// <summary>Bytes of the secret.</summary>
    public const int SecretLength = 32;

    private readonly byte[] secret;
    private readonly string epoch;

    /// <param name="epoch">New for every restored copy of a store: seals of before are no good there.</param>
    /// <exception cref="ArgumentException">The secret is not 32 bytes.</exception>
    public RegistryKeys(byte[] secret, ReadOnlySpan<byte> epoch = default)
    {
        ArgumentNullException.ThrowIfNull(secret);
        this.epoch = Convert.ToHexString(epoch);
        this.secret = secret.Length == SecretLength ? secret : throw new ArgumentException("The registry's secret is 32 bytes.", nameof(secret));
    }

    /// <summary>The id of the connector with this type and normal form; exercise and real never share one.</summary>
    public RecordId ConnectorId(string type, string normalForm, bool exercise) =>
        Id("connector", type, normalForm, exercise ? "exercise" : "real");

    /// <summary>The id of a link that spells out a field of a record: it stays the same when the record is amended.</summary>
    public RecordId DerivedLinkId(RecordId from, LinkKind kind, RecordId to, string discriminator) =>
        Id("derived", from.ToString(), ((int)kind).ToString(CultureInfo.InvariantCulture), to.ToString(), discriminator);

    /// <summary>The id of a reference record, by its kind and code: loading it again finds it.</summary>
    public RecordId ReferenceId(RecordKind kind, string code) => Id("reference", kind.ToString(), code);

    /// <summary>The id of a record or link of the shipped exercise, by its key in the file: loading it again finds it.</summary>
    public RecordId ExerciseId(string key) => Id("exercise", key);

    /// <summary>
    /// The reference of the n-th record of an agency in a year, e.g. <c>KZ-CUSTOMS-26-7H3KQ2</c>: a keyed permutation
    /// of n in five characters, and a check character. Unique per agency and year.
    /// </summary>
    /// <param name="n">0 to <see cref="ReferenceNumbers.Count"/> - 1.</param>
    public string Reference(AgencyCode agency, int year, long n) => ReferenceNumbers.Write(Mac("reference-number", agency.Value, year.ToString(CultureInfo.InvariantCulture)), agency, year, n);

    /// <summary>A seal of 16 bytes over the parts, good for the store's epoch.</summary>
    public byte[] Seal(params ReadOnlySpan<string> parts) => Mac([epoch, .. parts])[..16];

    private RecordId Id(params ReadOnlySpan<string> parts) => RecordId.FromBytes(Mac(parts).AsSpan(0, 16));

    /// <summary>HMAC-SHA256 over the parts, each preceded by its length, so that no two lists of parts read alike.</summary>
    private byte[] Mac(params ReadOnlySpan<string> parts)
    {
        var message = new StringBuilder();
        foreach (var part in parts)
        {
            message.Append(CultureInfo.InvariantCulture, $"{part.Length}:{part}");
        }

        return HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(message.ToString()));
    }
}
