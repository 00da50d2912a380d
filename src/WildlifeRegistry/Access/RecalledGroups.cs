namespace WildlifeRegistry.Access;

/// <summary>
/// The joint operations that an officer belonged to when the register was last asked. A reader may be made of them for
/// questions alone: each reading holds them against the register in its own moment, and an answer counts only where
/// all did, and found them so.
/// </summary>
public sealed class RecalledGroups(IReadOnlyList<string> held)
{
    private const int Unasked = 0, Confirmed = 1, Refuted = 2;

    private int state;

    /// <summary>True where the register was asked for this reader, and never said otherwise.</summary>
    public bool AreConfirmed => Volatile.Read(ref state) == Confirmed;

    /// <summary>Holds them against what the register says now: false where it says otherwise, and from then on.</summary>
    public bool Confirm(IReadOnlyList<string> now)
    {
        ArgumentNullException.ThrowIfNull(now);
        if (!held.SequenceEqual(now, StringComparer.Ordinal))
        {
            Volatile.Write(ref state, Refuted);
            return false;
        }

        return Interlocked.CompareExchange(ref state, Confirmed, Unasked) != Refuted;
    }
}
