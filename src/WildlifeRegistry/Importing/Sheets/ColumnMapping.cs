using System.Text.Json;

namespace WildlifeRegistry.Importing.Sheets;

/// <summary>What an agency's own columns are called in the template: a JSON object of own name to template's name; null for a column that is not to be imported.</summary>
public sealed class ColumnMapping
{
    /// <summary>Most bytes of a mapping.</summary>
    public const int MaxBytes = 64 * 1024;

    private readonly Dictionary<string, SheetPlace?> places = new(StringComparer.OrdinalIgnoreCase);

    private ColumnMapping()
    {
    }

    public static ColumnMapping None { get; } = new();

    /// <exception cref="ImportException">Not such an object, or it names a column that the template does not have.</exception>
    public static ColumnMapping Read(ReadOnlyMemory<byte> json)
    {
        const string Form = "The mapping is a JSON object: each of your own column names, and the name of the template's column.";
        if (json.Length > MaxBytes)
        {
            throw new ImportException($"The mapping has more than {MaxBytes / 1024} KB.");
        }

        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 2, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new ImportException(Form);
            }

            var mapping = new ColumnMapping();
            foreach (var pair in document.RootElement.EnumerateObject())
            {
                var place = pair.Value.ValueKind switch
                {
                    JsonValueKind.Null => (SheetPlace?)null,
                    JsonValueKind.String => SeizureColumns.Find(pair.Value.GetString()!) ?? throw new ImportException($"The mapping takes {pair.Name} for {pair.Value.GetString()}, which is no column of the template."),
                    _ => throw new ImportException(Form),
                };
                if (!mapping.places.TryAdd(pair.Name.Trim(), place))
                {
                    throw new ImportException($"The mapping names {pair.Name} twice.");
                }
            }

            return mapping;
        }
        catch (JsonException)
        {
            throw new ImportException(Form);
        }
    }

    /// <summary>What each column of a file is in the template; those that are in neither are left out.</summary>
    /// <exception cref="ImportException">The mapping names a column that the file lacks, or two columns are one of the template's.</exception>
    internal Dictionary<string, SheetPlace> Of(string file, IReadOnlyList<string> header)
    {
        if (places.Keys.FirstOrDefault(own => !header.Contains(own, StringComparer.OrdinalIgnoreCase)) is { } missing)
        {
            throw new ImportException($"The mapping names the column {missing}, which {file} does not have.");
        }

        var found = new Dictionary<string, SheetPlace>(StringComparer.OrdinalIgnoreCase);
        foreach (var column in header.Where(column => column.Length > 0 && !ErrorFile.IsOwn(column)))
        {
            var place = places.TryGetValue(column, out var mapped) ? mapped : SeizureColumns.Find(column);
            if (place is not { } known)
            {
                continue;
            }

            if (found.FirstOrDefault(other => other.Value == known).Key is { } twice)
            {
                throw new ImportException($"{file} has {SeizureColumns.Of(known.Key).English} twice, in the columns {twice} and {column}: number what repeats, like Species 1 and Species 2.");
            }

            found.Add(column, known);
        }

        return found;
    }
}
