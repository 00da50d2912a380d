using System.Text;

namespace WildlifeRegistry.Records;

/// <summary>What text must be before it is compared or stored.</summary>
public static class PlainText
{
    /// <summary>False where half of a surrogate pair stands alone: no Unicode normalisation takes such a text.</summary>
    public static bool IsWhole(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune))
            {
                return false;
            }

            at += rune.Utf16SequenceLength;
        }

        return true;
    }
}
