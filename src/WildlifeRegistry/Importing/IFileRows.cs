namespace WildlifeRegistry.Importing;

/// <summary>The rows of a table in a file with a header, one at a time, whatever the file is.</summary>
public interface IFileRows : IDisposable
{
    /// <summary>The file's name, without its folder.</summary>
    string Name { get; }

    /// <summary>How the bytes were read, as an officer is told: an encoding, or a sheet of a workbook.</summary>
    string EncodingName { get; }

    IReadOnlyList<string> Header { get; }

    /// <summary>How much has been read, 0 to 1.</summary>
    double Fraction { get; }

    CsvRow Current { get; }

    /// <summary>Goes to the next row that has any text in it; false at the end.</summary>
    /// <exception cref="ImportException">The rest of the file cannot be read.</exception>
    bool Read();
}
