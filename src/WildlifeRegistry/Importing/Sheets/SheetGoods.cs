using WildlifeRegistry.Seizures;

namespace WildlifeRegistry.Importing.Sheets;

/// <summary>The chain and the specimens of a seizure.</summary>
internal sealed partial class SheetReading
{
    private List<object?> Chain()
    {
        var steps = new List<object?>();
        foreach (var (key, role) in new[] { (SeizureColumns.Origin, ChainRole.Origin), (SeizureColumns.Export, ChainRole.Export), (SeizureColumns.Transit, ChainRole.Transit), (SeizureColumns.Destination, ChainRole.Destination) })
        {
            if (One(key) is { } cell)
            {
                foreach (var text in SheetText.Split(cell.Text))
                {
                    cells[Path("chain", steps.Count)] = cell;
                    steps.Add(Step(cell, role, text));
                }
            }
        }

        return steps;
    }

    /// <summary>"Country", "Place, country" or "Place, ??", and a star where a control was passed unseen.</summary>
    private Dictionary<string, object?> Step(SheetCell cell, ChainRole role, string text)
    {
        var step = new Dictionary<string, object?>(StringComparer.Ordinal) { ["role"] = role };
        if (text.EndsWith('*'))
        {
            step["seizureOpportunity"] = true;
            text = text[..^1].TrimEnd();
        }

        var comma = text.LastIndexOf(',');
        var named = text[(comma + 1)..].Trim();
        if (sheet.Countries.Find(text) is { } whole)
        {
            step["country"] = whole;
        }
        else if (comma > 0 && (named is "??" || sheet.Countries.Find(named) is not null))
        {
            step["placeName"] = text[..comma].Trim();
            step["country"] = sheet.Countries.Find(named);
        }
        else
        {
            Fault(cell, $"\"{text}\" is no country. Allowed are a country, Place, country, or Place, ?? where the country is not known; several are separated by ;.");
        }

        return step;
    }

    private Dictionary<string, object?> Specimen(Part part, string path)
    {
        var input = new Dictionary<string, object?>(StringComparer.Ordinal);
        cells[path] = part.First;
        if (part[SeizureColumns.Species] is not { } species)
        {
            Fault(part.First with { Column = sheet.Heading(SeizureColumns.Species), Text = "" }, "The specimen has no species: give the name as you use it, or ? where the source does not name it.");
        }
        else if (species.Text is not "?")
        {
            Put(input, path + ".", "nameAsGiven", species, cell => cell.Text);
        }

        Put(input, path + ".", "speciesId", part[SeizureColumns.Taxon], Taxon);
        Put(input, path + ".", "description", part[SeizureColumns.Description], cell => cell.Text);
        Put(input, path + ".", "citesTerm", part[SeizureColumns.Term], Term);
        Put(input, path + ".", "live", part[SeizureColumns.Live], Flag);
        Put(input, path + ".", "working", part[SeizureColumns.Working], cell => SheetWords.Word(SheetWords.Working, cell.Text));
        Put(input, path + ".", "sex", part[SeizureColumns.Sex], cell => SheetWords.Word(SheetWords.SpecimenSex, cell.Text));
        Put(input, path + ".", "ageClass", part[SeizureColumns.Age], cell => cell.Text);
        Put(input, path + ".", "condition", part[SeizureColumns.Condition], cell => cell.Text);
        Put(input, path + ".", "citesSource", part[SeizureColumns.CitesSource], cell => cell.Text);
        Put(input, path + ".", "citesPurpose", part[SeizureColumns.CitesPurpose], cell => cell.Text);
        Put(input, path + ".", "marks", part[SeizureColumns.Marks], cell => Marks(cell, path));
        if (part[SeizureColumns.Quantity] is { } quantity)
        {
            cells[path + ".quantities"] = quantity;
            input["quantities"] = Quantities(quantity, part[SeizureColumns.Unit], path + ".quantities", out var isUnknown);
            input["amountUnknown"] = isUnknown;
        }
        else if (part[SeizureColumns.Unit] is { } unit)
        {
            Fault(unit, "There is a unit and no quantity.");
        }

        return input;
    }
}
