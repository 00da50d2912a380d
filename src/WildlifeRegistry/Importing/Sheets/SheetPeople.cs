using System.Globalization;
using System.Text.RegularExpressions;
using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Suspects;

namespace WildlifeRegistry.Importing.Sheets;

/// <summary>The suspects of a seizure, with their names and identifiers, and its own identifiers.</summary>
internal sealed partial class SheetReading
{
    private static readonly string[] OwnedIdentifiers = ["PHONE", "PASSPORT", "NATIONAL_ID", "IMEI", "EMAIL", "SOCIAL", "BANK_ACCOUNT", "COMPANY_REGISTRATION"];

    /// <summary>Suspects with their identifiers, and the identifiers of the seizure.</summary>
    /// <returns>The digests of all, wanted or not.</returns>
    private List<string> People(Dictionary<string, object?> input, Func<string, bool> isWanted)
    {
        var suspects = Parts(SheetPart.Suspect);
        var names = suspects.Select(part => Folding.Fold(part[SeizureColumns.Suspect]?.Text ?? "")).ToList();
        var owned = suspects.Select(_ => new List<Part>()).ToList();
        var own = new List<Part>();
        foreach (var identifier in Parts(SheetPart.Identifier))
        {
            if (identifier[SeizureColumns.IdentifierOwner] is not { } owner)
            {
                own.Add(identifier);
            }
            else if (OwnerAt(owner, names) is { } at)
            {
                owned[at].Add(identifier);
            }
            else
            {
                Fault(owner, "It is neither the name of one suspect of the seizure nor the number of one.");
            }
        }

        var digests = new List<string>();
        var wanted = new List<object?>();
        for (var at = 0; at < suspects.Count; at++)
        {
            digests.Add(DigestOf(suspects[at].Said.Concat(owned[at].SelectMany(part => part.Said)))[..16]);
            if (isWanted(digests[^1]))
            {
                wanted.Add(Suspect(suspects[at], owned[at], Path("suspects", wanted.Count)));
            }
        }

        input["suspects"] = wanted;
        var linked = new List<object?>();
        foreach (var identifier in own)
        {
            digests.Add(DigestOf(identifier.Said)[..16]);
            if (isWanted(digests[^1]))
            {
                linked.Add(Identifier(identifier, Path("identifiers", linked.Count), isOwned: false));
            }
        }

        input["identifiers"] = linked;
        return digests;
    }

    private static int? OwnerAt(SheetCell owner, List<string> names)
    {
        if (int.TryParse(owner.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number >= 1 && number <= names.Count ? number - 1 : null;
        }

        var named = Folding.Fold(owner.Text);
        return names.Count(name => string.Equals(name, named, StringComparison.Ordinal)) == 1 ? names.IndexOf(named) : null;
    }

    private Dictionary<string, object?> Suspect(Part part, List<Part> identifiers, string path)
    {
        var within = path + ".new.";
        cells[path] = part.First;
        foreach (var (key, reason) in new[]
        {
            (SeizureColumns.Suspect, "A suspect has a name."),
            (SeizureColumns.SuspectRole, "A suspect has a role in the seizure: allowed are " + SheetWords.Allowed(SheetWords.Roles) + "."),
            (SeizureColumns.SuspectOffence, "A suspect is recorded only with an offence: the law said to be broken."),
        })
        {
            if (part[key] is null)
            {
                Fault(part.First with { Column = sheet.Heading(key), Text = "" }, reason);
            }
        }

        var suspect = new Dictionary<string, object?>(StringComparer.Ordinal);
        Put(suspect, within, "type", part[SeizureColumns.SuspectType], cell => Word(cell, SheetWords.SuspectTypes));
        Put(suspect, within, "offence", part[SeizureColumns.SuspectOffence], cell => cell.Text);
        Put(suspect, within, "birth", part[SeizureColumns.SuspectBirth], Date);
        Put(suspect, within, "sex", part[SeizureColumns.SuspectSex], cell => SheetWords.Word(SheetWords.SuspectSex, cell.Text));
        Put(suspect, within, "nationalities", part[SeizureColumns.SuspectNationality], cell => SheetText.Split(cell.Text).Select(text => (object?)Country(cell, text)).ToList());
        Put(suspect, within, "status", part[SeizureColumns.SuspectStatus], cell => Word(cell, SheetWords.Statuses));
        suspect["names"] = Names(part, within);
        suspect["identifiers"] = identifiers.Select((one, at) => (object?)Identifier(one, Path(within + "identifiers", at), isOwned: true)).ToList();
        var involved = new Dictionary<string, object?>(StringComparer.Ordinal) { ["new"] = suspect };
        Put(involved, path + ".", "role", part[SeizureColumns.SuspectRole], cell => Word(cell, SheetWords.Roles));
        return involved;
    }

    private List<object?> Names(Part part, string within)
    {
        var names = new List<object?>();
        void Add(SheetCell cell, string text, NameRole role)
        {
            cells[Path(within + "names", names.Count)] = cell;
            names.Add(new Dictionary<string, object?>(StringComparer.Ordinal) { ["full"] = text, ["role"] = role });
        }

        if (part[SeizureColumns.Suspect] is { } primary)
        {
            Add(primary, primary.Text, NameRole.Primary);
        }

        if (part[SeizureColumns.SuspectNames] is { } others)
        {
            foreach (var text in SheetText.Split(others.Text))
            {
                var match = MarkedName().Match(text);
                Add(others, match.Success ? match.Groups["name"].Value.Trim() : text, match.Groups["role"].Value switch { "DOCUMENT" => NameRole.Document, "FORMER" => NameRole.Former, _ => NameRole.Alias });
            }
        }

        return names;
    }

    private Dictionary<string, object?> Identifier(Part part, string path, bool isOwned)
    {
        var input = new Dictionary<string, object?>(StringComparer.Ordinal);
        cells[path] = part.First;
        if (part[SeizureColumns.IdentifierType] is not { } type)
        {
            Fault(part.First with { Column = sheet.Heading(SeizureColumns.IdentifierType), Text = "" }, "An identifier has a type: allowed are " + SheetWords.Allowed(SheetWords.Identifiers) + ".");
            return input;
        }

        if (part[SeizureColumns.IdentifierValue] is null)
        {
            Fault(part.First with { Column = sheet.Heading(SeizureColumns.IdentifierValue), Text = "" }, "The identifier has no value.");
        }

        var known = SheetWords.Identifiers.Find(type.Text);
        Put(input, path + ".", "type", type, cell => Word(cell, SheetWords.Identifiers));
        Put(input, path + ".", "value", part[SeizureColumns.IdentifierValue], cell => cell.Text);
        Put(input, path + ".", "country", part[SeizureColumns.IdentifierCountry], cell => Country(cell, cell.Text));
        var use = part[SeizureColumns.IdentifierUse];
        if (isOwned)
        {
            if (use is not null)
            {
                Fault(use, "An identifier of a suspect has no use: it is blank, or the identifier is the seizure's.");
            }
        }
        else if (use is not null)
        {
            Put(input, path + ".", "as", use, cell => Word(cell, SheetWords.Uses));
        }
        else if (known is { } kind && OwnedIdentifiers.Contains(RecordJson.NameOf(kind), StringComparer.Ordinal))
        {
            Fault(type, $"It is somebody's: say whose in the column {sheet.Heading(SeizureColumns.IdentifierOwner)}.");
        }
        else
        {
            input["as"] = known switch
            {
                Identifiers.IdentifierType.Ring or Identifiers.IdentifierType.Chip => LinkKind.Marked,
                Identifiers.IdentifierType.Permit or Identifiers.IdentifierType.Waybill => LinkKind.DocumentedBy,
                _ => LinkKind.CarriedBy,
            };
        }

        return input;
    }

    [GeneratedRegex("^(?<name>.+)\\[(?<role>DOCUMENT|FORMER|ALIAS)\\]$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MarkedName();
}
