using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;

namespace WildlifeRegistry.Importing.Sheets;

/// <summary>
/// An .xlsx workbook of texts, row by row, in memory that does not grow. Ours, because the same rows must make the same
/// bytes: the library stamps the hour into every part.
/// </summary>
public sealed class WorkbookWriter : IDisposable
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/package/2006/relationships";
    private const string Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Types = "http://schemas.openxmlformats.org/package/2006/content-types";

    /// <summary>The first moment that an archive can tell.</summary>
    private static readonly DateTimeOffset Never = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789ABCDEFabcdef");

    private readonly ZipArchive zip;
    private readonly List<string> sheets = [];
    private XmlWriter? sheet;
    private int row;

    public WorkbookWriter(Stream stream) => zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);

    /// <summary>Ends the sheet before, if any, and begins another; its first row stays in view.</summary>
    /// <param name="widths">Of the columns, in characters.</param>
    public void Begin(string name, IReadOnlyList<int> widths)
    {
        End();
        sheets.Add(name);
        row = 0;
        sheet = Part(string.Create(CultureInfo.InvariantCulture, $"xl/worksheets/sheet{sheets.Count}.xml"));
        sheet.WriteStartElement("worksheet", Main);
        sheet.WriteStartElement("sheetViews", Main);
        sheet.WriteStartElement("sheetView", Main);
        sheet.WriteAttributeString("workbookViewId", "0");
        sheet.WriteStartElement("pane", Main);
        sheet.WriteAttributeString("ySplit", "1");
        sheet.WriteAttributeString("topLeftCell", "A2");
        sheet.WriteAttributeString("activePane", "bottomLeft");
        sheet.WriteAttributeString("state", "frozen");
        sheet.WriteEndElement();
        sheet.WriteEndElement();
        sheet.WriteEndElement();
        sheet.WriteStartElement("cols", Main);
        for (var at = 1; at <= widths.Count; at++)
        {
            var number = at.ToString(CultureInfo.InvariantCulture);
            sheet.WriteStartElement("col", Main);
            sheet.WriteAttributeString("min", number);
            sheet.WriteAttributeString("max", number);
            sheet.WriteAttributeString("width", widths[at - 1].ToString(CultureInfo.InvariantCulture));
            sheet.WriteAttributeString("style", "1");
            sheet.WriteAttributeString("customWidth", "1");
            sheet.WriteEndElement();
        }

        sheet.WriteEndElement();
        sheet.WriteStartElement("sheetData", Main);
    }

    /// <summary>A row of texts: never a formula, whatever they begin with.</summary>
    public void Row(IEnumerable<string> cells)
    {
        row++;
        sheet!.WriteStartElement("row", Main);
        sheet.WriteAttributeString("r", row.ToString(CultureInfo.InvariantCulture));
        var at = 0;
        foreach (var cell in cells)
        {
            if (cell.Length > 0)
            {
                sheet.WriteStartElement("c", Main);
                sheet.WriteAttributeString("r", Letters(at) + row.ToString(CultureInfo.InvariantCulture));
                sheet.WriteAttributeString("s", row == 1 ? "2" : "1");
                sheet.WriteAttributeString("t", "inlineStr");
                sheet.WriteStartElement("is", Main);
                sheet.WriteStartElement("t", Main);
                sheet.WriteAttributeString("xml", "space", null, "preserve");
                sheet.WriteString(Escaped(cell));
                sheet.WriteEndElement();
                sheet.WriteEndElement();
                sheet.WriteEndElement();
            }

            at++;
        }

        sheet.WriteEndElement();
    }

    /// <summary>Ends the workbook. Without it, it is none.</summary>
    public void Complete()
    {
        End();
        Write("xl/workbook.xml", xml =>
        {
            xml.WriteStartElement("workbook", Main);
            xml.WriteStartElement("sheets", Main);
            for (var at = 1; at <= sheets.Count; at++)
            {
                xml.WriteStartElement("sheet", Main);
                xml.WriteAttributeString("name", sheets[at - 1]);
                xml.WriteAttributeString("sheetId", at.ToString(CultureInfo.InvariantCulture));
                xml.WriteAttributeString("r", "id", Office, string.Create(CultureInfo.InvariantCulture, $"rId{at}"));
                xml.WriteEndElement();
            }
        });
        Write("xl/_rels/workbook.xml.rels", xml =>
        {
            xml.WriteStartElement("Relationships", Relations);
            for (var at = 1; at <= sheets.Count; at++)
            {
                Relation(xml, string.Create(CultureInfo.InvariantCulture, $"rId{at}"), "worksheet", string.Create(CultureInfo.InvariantCulture, $"worksheets/sheet{at}.xml"));
            }

            Relation(xml, "rIdStyles", "styles", "styles.xml");
        });
        Write("xl/styles.xml", xml => xml.WriteRaw($"""
            <styleSheet xmlns="{Main}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs></styleSheet>
            """));
        Write("_rels/.rels", xml =>
        {
            xml.WriteStartElement("Relationships", Relations);
            Relation(xml, "rId1", "officeDocument", "xl/workbook.xml");
        });
        Write("[Content_Types].xml", xml =>
        {
            xml.WriteStartElement("Types", Types);
            Type(xml, "Default", "Extension", "rels", "application/vnd.openxmlformats-package.relationships+xml");
            Type(xml, "Default", "Extension", "xml", "application/xml");
            Type(xml, "Override", "PartName", "/xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml");
            Type(xml, "Override", "PartName", "/xl/styles.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml");
            for (var at = 1; at <= sheets.Count; at++)
            {
                Type(xml, "Override", "PartName", string.Create(CultureInfo.InvariantCulture, $"/xl/worksheets/sheet{at}.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml");
            }
        });
    }

    public void Dispose()
    {
        sheet?.Dispose();
        zip.Dispose();
    }

    private void End()
    {
        if (sheet is null)
        {
            return;
        }

        sheet.WriteEndDocument();
        sheet.Dispose();
        sheet = null;
    }

    private void Write(string path, Action<XmlWriter> write)
    {
        using var xml = Part(path);
        write(xml);
    }

    private XmlWriter Part(string path)
    {
        var entry = zip.CreateEntry(path, CompressionLevel.Fastest);
        entry.LastWriteTime = Never;
        return XmlWriter.Create(entry.Open(), new XmlWriterSettings { Encoding = new UTF8Encoding(false), CloseOutput = true, NewLineHandling = NewLineHandling.Entitize });
    }

    private static void Relation(XmlWriter xml, string id, string type, string target)
    {
        xml.WriteStartElement("Relationship", Relations);
        xml.WriteAttributeString("Id", id);
        xml.WriteAttributeString("Type", Office + "/" + type);
        xml.WriteAttributeString("Target", target);
        xml.WriteEndElement();
    }

    private static void Type(XmlWriter xml, string element, string key, string value, string type)
    {
        xml.WriteStartElement(element, Types);
        xml.WriteAttributeString(key, value);
        xml.WriteAttributeString("ContentType", type);
        xml.WriteEndElement();
    }

    /// <summary>ECMA-376 writes what XML cannot hold as _xHHHH_, and so a text that looks like that must be written so itself.</summary>
    private static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            var isEscape = text[at] == '_' && at + 6 < text.Length && text[at + 1] == 'x' && text[at + 6] == '_' && text.AsSpan(at + 2, 4).IndexOfAnyExcept(HexDigits) < 0;
            escaped.Append(isEscape ? "_x005F_" : text[at].ToString());
        }

        return escaped.ToString();
    }

    private static string Letters(int column)
    {
        var letters = "";
        for (var at = column + 1; at > 0; at = (at - 1) / 26)
        {
            letters = (char)('A' + ((at - 1) % 26)) + letters;
        }

        return letters;
    }
}
