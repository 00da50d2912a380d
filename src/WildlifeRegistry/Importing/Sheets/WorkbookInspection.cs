using System.Globalization;
using System.IO.Compression;
using System.Xml;

namespace WildlifeRegistry.Importing.Sheets;

/// <summary>
/// What must be known of a workbook before a library is let near it: that it does not unpack to more than this machine
/// can bear, and what the library does not tell, such as which cells are formulas and which are merged.
/// </summary>
internal sealed class WorkbookInspection
{
    /// <summary>Most bytes that a workbook may unpack to.</summary>
    public const long MaxUnpacked = 512L * 1024 * 1024;

    /// <summary>Most bytes of the texts of a workbook, which the library holds in memory.</summary>
    public const long MaxTexts = 48L * 1024 * 1024;

    public const int MaxColumns = 500, MaxRows = 1_048_576;

    private const int MaxParts = 2_000, MaxToken = 1024 * 1024, MaxMarked = 100_000;
    private const string Formula = "The cell is a formula: what it says depends on the program that opens it. Paste its value instead.";
    private const string Fault = "The cell holds an error of the spreadsheet program.";
    private const string Sideways = "The cell is merged with the one beside it: take the merging away.";

    private readonly Dictionary<int, Dictionary<int, string>> faults = [];
    private readonly List<(int Top, int Bottom, int Column)> merged = [];

    private WorkbookInspection(string sheet, bool countsFrom1904)
    {
        Sheet = sheet;
        CountsFrom1904 = countsFrom1904;
    }

    /// <summary>The sheet that is read: the one named Seizures, or else the first.</summary>
    public string Sheet { get; }

    /// <summary>Days are counted from 1904, as old Macintosh programs do.</summary>
    public bool CountsFrom1904 { get; }

    public int LastRow { get; private set; }

    /// <summary>Why cells of a row cannot be taken as they stand, by their column from 0.</summary>
    public IReadOnlyDictionary<int, string>? FaultsOf(int row) => faults.GetValueOrDefault(row);

    /// <summary>Cells merged over several rows of one column, from 1 and from 0.</summary>
    public IReadOnlyList<(int Top, int Bottom, int Column)> Merged => merged;

    /// <exception cref="ImportException">No workbook, or one that is not let in.</exception>
    public static WorkbookInspection Of(string name, Stream stream)
    {
        try
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            Measure(name, zip);
            return Inspect(name, zip);
        }
        catch (Exception fault) when (fault is InvalidDataException or XmlException or FormatException or OverflowException or NotSupportedException or EndOfStreamException)
        {
            throw new ImportException($"{name} is not a workbook that can be read, or is damaged: save it again as .xlsx.");
        }
    }

    /// <summary>Unpacks everything once, into nothing: what an archive says of its own sizes is not believed.</summary>
    private static void Measure(string name, ZipArchive zip)
    {
        if (zip.Entries.Count > MaxParts)
        {
            throw new ImportException($"{name} has more than {MaxParts} parts: a workbook has a few.");
        }

        var buffer = new byte[64 * 1024];
        var total = 0L;
        foreach (var entry in zip.Entries)
        {
            var (size, token) = (0L, 0L);
            var isXml = entry.FullName.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) || entry.FullName.EndsWith(".rels", StringComparison.OrdinalIgnoreCase);
            using var part = entry.Open();
            int read;
            while ((read = part.Read(buffer)) > 0)
            {
                size += read;
                total += read;
                if (total > MaxUnpacked || (size > MaxTexts && entry.FullName.EndsWith("sharedStrings.xml", StringComparison.OrdinalIgnoreCase)))
                {
                    throw new ImportException(string.Create(CultureInfo.InvariantCulture, $"{name} unpacks to more than is read ({MaxUnpacked >> 20} MB, {MaxTexts >> 20} MB of them texts): split it, or save it as CSV."));
                }

                var last = buffer.AsSpan(0, read).LastIndexOf((byte)'<');
                token = last < 0 ? token + read : read - last;
                if (isXml && (token > MaxToken || (last >= 0 && LongestGap(buffer.AsSpan(0, read)) > MaxToken)))
                {
                    throw new ImportException($"{name} has a cell that is longer than a cell can be.");
                }
            }
        }
    }

    private static int LongestGap(ReadOnlySpan<byte> bytes)
    {
        var (longest, at) = (0, 0);
        for (var next = bytes.IndexOf((byte)'<'); next >= 0; next = bytes[at..].IndexOf((byte)'<'))
        {
            longest = Math.Max(longest, next);
            at += next + 1;
        }

        return longest;
    }

    private static WorkbookInspection Inspect(string name, ZipArchive zip)
    {
        var (sheets, countsFrom1904) = Sheets(zip);
        var (sheet, relation) = sheets.FirstOrDefault(one => one.Name.Trim().ToUpperInvariant() is "SEIZURES" or "ИЗЪЯТИЯ") is { Name: not null } ours ? ours : sheets.FirstOrDefault();
        if (sheet is null || Part(zip, Target(zip, relation)) is not { } part)
        {
            throw new ImportException($"{name} has no sheet.");
        }

        var inspection = new WorkbookInspection(sheet, countsFrom1904);
        using var content = part.Open();
        using var xml = Reader(content);
        inspection.Walk(name, xml);
        return inspection;
    }

    private static (List<(string Name, string Relation)> Sheets, bool CountsFrom1904) Sheets(ZipArchive zip)
    {
        var sheets = new List<(string, string)>();
        var counts = false;
        using var content = (Part(zip, "xl/workbook.xml") ?? throw new InvalidDataException()).Open();
        using var xml = Reader(content);
        while (xml.Read())
        {
            if (xml.NodeType == XmlNodeType.Element && xml.LocalName is "sheet")
            {
                sheets.Add((xml.GetAttribute("name") ?? "", Relation(xml)));
            }
            else if (xml.NodeType == XmlNodeType.Element && xml.LocalName is "workbookPr")
            {
                counts = xml.GetAttribute("date1904") is "1" or "true";
            }
        }

        return (sheets, counts);
    }

    /// <summary>The relation's id is the one attribute named id that has a namespace.</summary>
    private static string Relation(XmlReader xml)
    {
        for (var at = 0; at < xml.AttributeCount; at++)
        {
            xml.MoveToAttribute(at);
            if (xml.LocalName is "id" && xml.NamespaceURI.Length > 0)
            {
                return xml.Value;
            }
        }

        return "";
    }

    private static string Target(ZipArchive zip, string relation)
    {
        using var content = (Part(zip, "xl/_rels/workbook.xml.rels") ?? throw new InvalidDataException()).Open();
        using var xml = Reader(content);
        while (xml.Read())
        {
            if (xml.NodeType == XmlNodeType.Element && xml.LocalName is "Relationship" && string.Equals(xml.GetAttribute("Id"), relation, StringComparison.Ordinal))
            {
                var target = xml.GetAttribute("Target") ?? "";
                return target.StartsWith('/') ? target[1..] : "xl/" + target;
            }
        }

        throw new InvalidDataException();
    }

    private static ZipArchiveEntry? Part(ZipArchive zip, string path) => zip.Entries.FirstOrDefault(entry => string.Equals(entry.FullName, path, StringComparison.OrdinalIgnoreCase));

    private static XmlReader Reader(Stream content) => XmlReader.Create(content, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreWhitespace = true });

    private void Walk(string name, XmlReader xml)
    {
        var (row, column, marked) = (0, -1, 0);
        while (xml.Read())
        {
            if (xml.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            switch (xml.LocalName)
            {
                case "dimension" when xml.GetAttribute("ref") is { } area && Cell(area.Split(':')[^1]).Column >= MaxColumns:
                    throw TooWide(name);
                case "row":
                    var next = xml.GetAttribute("r") is { } r ? int.Parse(r, NumberStyles.None, CultureInfo.InvariantCulture) : row + 1;
                    LastRow = row = next > row && next <= MaxRows ? next : throw new InvalidDataException();
                    column = -1;
                    break;
                case "c":
                    column = xml.GetAttribute("r") is { } place ? Cell(place).Column : column + 1;
                    if (column >= MaxColumns)
                    {
                        throw TooWide(name);
                    }

                    if (xml.GetAttribute("t") is "e")
                    {
                        Mark(Fault);
                    }

                    break;
                case "f":
                    Mark(Formula);
                    break;
                case "mergeCell" when xml.GetAttribute("ref") is { } area:
                    Merge(area);
                    break;
                default:
                    break;
            }
        }

        void Mark(string fault)
        {
            marked = marked < MaxMarked ? marked + 1 : throw new ImportException($"{name} has more than {MaxMarked} formulas: paste their values.");
            (faults.TryGetValue(row, out var marks) ? marks : faults[row] = []).TryAdd(column, fault);
        }

        void Merge(string area)
        {
            var corners = area.Split(':');
            var (from, to) = (Cell(corners[0]), Cell(corners[^1]));
            if (to.Column < from.Column || to.Row < from.Row || (merged.Count == MaxMarked))
            {
                throw new InvalidDataException();
            }

            // A band over the table's whole width, like a title, is the header's fault and is told there.
            if (to.Column > from.Column)
            {
                for (var at = from.Row; at <= Math.Min(to.Row, from.Row + ImportRun.MaxRows); at++)
                {
                    row = at;
                    column = from.Column;
                    Mark(Sideways);
                }
            }
            else if (to.Row > from.Row)
            {
                merged.Add((from.Row, to.Row, from.Column));
            }
        }
    }

    private static ImportException TooWide(string name) => new($"{name} has more than {MaxColumns} columns, or cells far to the right of the table: delete those columns.");

    /// <summary>The row, from 1, and the column, from 0, of a place like BC23.</summary>
    private static (int Row, int Column) Cell(string place)
    {
        var (column, at) = (0, 0);
        while (at < place.Length && char.IsAsciiLetter(place[at]))
        {
            column = checked((column * 26) + (place[at++] & 31));
        }

        return column == 0 ? throw new InvalidDataException() : (at == place.Length ? 0 : int.Parse(place.AsSpan(at), NumberStyles.None, CultureInfo.InvariantCulture), column - 1);
    }
}
