using System.Collections.Immutable;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Moving;

/// <summary>
/// One thing that lies in a store, in a form that is no engine's: closed sets as numbers, ids as 16 bytes, times as UTC
/// ticks. All of them together are the store.
/// </summary>
internal abstract record MovedRow
{
    private MovedRow()
    {
    }

    /// <summary>What it says, for a digest: numbers, texts and bytes.</summary>
    protected abstract object?[] Values { get; }

    /// <summary>Tells it from all that is not the same, of any sort.</summary>
    public UInt128 Digest(VersionDigest digest) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(digest.Of([GetType().Name, .. Values]));

    public sealed record Audience(int Id, string Canonical, string Owner, bool IsReference, string Releases) : MovedRow
    {
        protected override object?[] Values => [(long)Id, Canonical, Owner, IsReference ? 1L : 0L, Releases];
    }

    /// <param name="Index">Ordered by property and value, ordinally.</param>
    public sealed record Record(RecordOrigin Of, RecordContent Says, string Sort, ImmutableArray<IndexedValue> Index) : MovedRow
    {
        protected override object?[] Values =>
        [
            Of.Id, (long)Of.Kind, (long)Of.World, Of.Owner, Of.Reference, Of.ImportKey, Of.CreatedAt, Of.CreatedBy, .. ValuesOf(Says), Sort,
            .. Index.SelectMany(value => new object[] { value.Property, value.Value }),
        ];
    }

    /// <param name="Parent">The id of what it is kept of, here and below.</param>
    public sealed record Version(byte[] Parent, RecordContent Says) : MovedRow
    {
        protected override object?[] Values => [Parent, .. ValuesOf(Says)];
    }

    /// <param name="World">0 real, 1 exercise, 2 neither.</param>
    public sealed record Link(LinkOrigin Of, LinkContent Says, string Discriminator, string Sort, int World) : MovedRow
    {
        protected override object?[] Values =>
        [
            Of.Id, (long)Of.Kind, Of.From, Of.To, Of.Owner, Of.Floor, (long)Of.Derived, Of.CreatedAt, Of.CreatedBy, .. ValuesOf(Says), Discriminator, Sort, (long)World,
        ];
    }

    public sealed record LinkVersion(byte[] Parent, LinkContent Says) : MovedRow
    {
        protected override object?[] Values => [Parent, .. ValuesOf(Says)];
    }

    public sealed record Consent(byte[] Parent, string Agency, long At, string By) : MovedRow
    {
        protected override object?[] Values => [Parent, Agency, At, By];
    }

    public sealed record Edition(byte[] Parent, string Token, int Level, long Until, int Since, long ReleasedAt, int Number) : MovedRow
    {
        protected override object?[] Values => [Parent, Token, (long)Level, Until, (long)Since, ReleasedAt, (long)Number];
    }

    public sealed record EditionVersion(byte[] Parent, string Token, int Level, long Until, int Since, int Number, int ShowsFrom, int Of, long At) : MovedRow
    {
        protected override object?[] Values => [Parent, Token, (long)Level, Until, (long)Since, (long)Number, (long)ShowsFrom, (long)Of, At];
    }

    public sealed record Request(string Officer, string Field, string Key, string Hash, byte[] Ids, long At) : MovedRow
    {
        protected override object?[] Values => [Officer, Field, Key, Hash, Ids, At];
    }

    public sealed record Counter(string Agency, int Year, long Last) : MovedRow
    {
        protected override object?[] Values => [Agency, (long)Year, Last];
    }

    public sealed record Operation(string Id, string Name, string Lead, long Until) : MovedRow
    {
        protected override object?[] Values => [Id, Name, Lead, Until];
    }

    public sealed record OperationAgency(string Agency, string Of) : MovedRow
    {
        protected override object?[] Values => [Agency, Of];
    }

    public sealed record Membership(string Officer, string Group, long Until, bool IsConfirmed) : MovedRow
    {
        protected override object?[] Values => [Officer, Group, Until, IsConfirmed ? 1L : 0L];
    }

    public sealed record Loaded(string Name, string Checksum, long At) : MovedRow
    {
        protected override object?[] Values => [Name, Checksum, At];
    }

    private static object?[] ValuesOf(in RecordContent says) =>
        [(long)says.Version, says.At, says.By, (long)says.Validation, (long)says.Audience, (long)says.Handling, says.Details, says.Properties];

    private static object?[] ValuesOf(in LinkContent says) =>
        [(long)says.Version, says.At, says.By, (long)says.Audience, (long)says.Withdrawn, (long)says.Handling, says.Properties];
}
