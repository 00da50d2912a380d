using System.Text;

namespace WildlifeRegistry.Importing;

/// <summary>What the bytes of a text file are: its encoding, and what stands between the cells.</summary>
internal sealed record TextFile(Encoding Encoding, string EncodingName, char Delimiter)
{
    private const int Buffer = 64 * 1024;

    private static readonly char[] Delimiters = [',', ';', '\t'];

    /// <param name="open">Opens the file from its beginning; it is read twice.</param>
    /// <exception cref="ImportException">It is no text in an encoding that is known.</exception>
    public static TextFile Of(string name, Func<Stream> open, bool anyDelimiter)
    {
        var (encoding, encodingName) = EncodingOf(name, open);
        if (!anyDelimiter)
        {
            return new TextFile(encoding, encodingName, ',');
        }

        using var text = new StreamReader(open(), encoding, detectEncodingFromByteOrderMarks: true, Buffer);
        return new TextFile(encoding, encodingName, DelimiterOf(text));
    }

    private static (Encoding Encoding, string Name) EncodingOf(string name, Func<Stream> open)
    {
        using var bytes = open();
        var start = new byte[Buffer];
        var length = bytes.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        var marked = start.AsSpan(0, length) switch
        {
            [0xFF, 0xFE, ..] => (Encoding: (Encoding)new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true), Name: "UTF-16"),
            [0xFE, 0xFF, ..] => (new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true), "UTF-16"),
            _ => (new UTF8Encoding(false, throwOnInvalidBytes: true), "UTF-8"),
        };
        if (IsValid(marked.Encoding, open))
        {
            // Latin letters in UTF-16 without a mark are valid UTF-8 with a zero in every second place.
            return marked.Name.Length == 5 && start.AsSpan(0, Math.Min(length, 100)).Count((byte)0) > 10
                ? throw new ImportException($"{name} is not a text file, or is UTF-16 without its byte order mark: save it as UTF-8.")
                : marked;
        }

        if (marked.Encoding is UnicodeEncoding)
        {
            throw new ImportException($"{name} begins like UTF-16 and is not: save it as UTF-8.");
        }

        var page = IsCyrillic(start.AsSpan(0, length)) ? 1251 : 1252;
        return (CodePagesEncodingProvider.Instance.GetEncoding(page)!, $"Windows-{page}");
    }

    /// <summary>True where letters beyond ASCII stand in words of their own: in Western texts they stand alone among Latin ones.</summary>
    private static bool IsCyrillic(ReadOnlySpan<byte> bytes)
    {
        var (letters, joined) = (0, 0);
        for (var at = 0; at < bytes.Length; at++)
        {
            if (IsLetter(bytes[at]))
            {
                letters++;
                joined += (at > 0 && IsLetter(bytes[at - 1])) || (at + 1 < bytes.Length && IsLetter(bytes[at + 1])) ? 1 : 0;
            }
        }

        return joined * 2 > letters;

        static bool IsLetter(byte value) => value is >= 0xC0 or 0xA8 or 0xB8;
    }

    private static bool IsValid(Encoding strict, Func<Stream> open)
    {
        using var bytes = open();
        var decoder = strict.GetDecoder();
        var buffer = new byte[Buffer];
        var characters = new char[Buffer + 1];
        try
        {
            int read;
            while ((read = bytes.Read(buffer)) > 0)
            {
                decoder.GetChars(buffer, 0, read, characters, 0, flush: false);
            }

            decoder.GetChars([], 0, 0, characters, 0, flush: true);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>What stands most often outside quotes in the first line; a comma where none does.</summary>
    private static char DelimiterOf(StreamReader text)
    {
        var counts = new int[Delimiters.Length];
        var quoted = false;
        for (var read = 0; read < Buffer && text.Read() is var next and >= 0; read++)
        {
            quoted ^= next == '"';
            if (!quoted && next is '\r' or '\n')
            {
                break;
            }

            if (!quoted && Array.IndexOf(Delimiters, (char)next) is var at and >= 0)
            {
                counts[at]++;
            }
        }

        return Delimiters[Array.IndexOf(counts, counts.Max())];
    }
}
