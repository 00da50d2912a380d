using System.Globalization;
using System.IO.Compression;
using System.Security;
using System.Text;

namespace WildlifeRegistry.Tests.Support;

/// <summary>Workbooks as spreadsheet programs write them, part by part: with what a registry's own writer never makes.</summary>
internal static class Workbooks
{
    /// <param name="rows">Each cell as its XML without the place: <see cref="Text"/>, <see cref="Number"/> and so on; null for none.</param>
    /// <param name="after">What stands after the rows, e.g. merged cells.</param>
    public static byte[] Of(IReadOnlyList<IReadOnlyList<string?>> rows, string after = "", string workbook = "", params IReadOnlyList<(string Path, byte[] Content)> more)
    {
        var data = new StringBuilder();
        for (var row = 1; row <= rows.Count; row++)
        {
            data.Append(CultureInfo.InvariantCulture, $"<row r=\"{row}\">");
            for (var at = 0; at < rows[row - 1].Count; at++)
            {
                data.Append(rows[row - 1][at]?.Replace("<c", string.Create(CultureInfo.InvariantCulture, $"<c r=\"{Letters(at)}{row}\""), StringComparison.Ordinal));
            }

            data.Append("</row>");
        }

        return Zip(
        [
            ("[Content_Types].xml", Bytes("<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>")),
            ("_rels/.rels", Bytes("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>")),
            ("xl/workbook.xml", Bytes($"<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">{workbook}<sheets><sheet name=\"Own sheet\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>")),
            ("xl/_rels/workbook.xml.rels", Bytes("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/></Relationships>")),
            ("xl/styles.xml", Bytes("<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>")),
            ("xl/worksheets/sheet1.xml", Bytes($"<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{data}</sheetData>{after}</worksheet>")),
            .. more,
        ]);
    }

    public static string Text(string text) => $"<c t=\"inlineStr\"><is><t xml:space=\"preserve\">{SecurityElement.Escape(text)}</t></is></c>";

    public static string Number(string number) => $"<c><v>{number}</v></c>";

    /// <summary>A day as spreadsheet programs have it: a number, and a style that shows it as a date.</summary>
    public static string Day(int serial) => string.Create(CultureInfo.InvariantCulture, $"<c s=\"1\"><v>{serial}</v></c>");

    public static string Formula(string formula, string value) => $"<c t=\"str\"><f>{SecurityElement.Escape(formula)}</f><v>{SecurityElement.Escape(value)}</v></c>";

    public static string Error(string error) => $"<c t=\"e\"><v>{error}</v></c>";

    public static byte[] Zip(IEnumerable<(string Path, byte[] Content)> parts)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in parts)
            {
                using var part = zip.CreateEntry(path, CompressionLevel.Fastest).Open();
                part.Write(content);
            }
        }

        return file.ToArray();
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Letters(int column) => column < 26 ? ((char)('A' + column)).ToString() : Letters((column / 26) - 1) + Letters(column % 26);
}
