using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace WildlifeRegistry.Records;

/// <summary>What a property is beyond what its JSON says.</summary>
public enum Nature
{
    /// <summary>A <see cref="Records.PartialDate"/>, as text.</summary>
    PartialDate,

    /// <summary>An exact number, as text.</summary>
    Decimal,

    /// <summary>Degrees, -90 to 90.</summary>
    Latitude,

    /// <summary>Degrees, -180 to 180.</summary>
    Longitude,
}

/// <summary>
/// What each kind's own type says of its properties that their JSON does not: for engines that keep them by their
/// nature too, for people to look at. A path is <c>occurredOn</c> or <c>estimatedValue.amount</c>; what is in lists is
/// left out.
/// </summary>
public sealed class Natures
{
    private readonly FrozenDictionary<RecordKind, FrozenDictionary<string, Nature>> known;

    public Natures(IEnumerable<KeyValuePair<RecordKind, Type>> forms)
    {
        known = forms.ToFrozenDictionary(
            form => form.Key,
            form =>
            {
                var found = new Dictionary<string, Nature>(StringComparer.Ordinal);
                Find(form.Value, "", found);
                return found.ToFrozenDictionary(StringComparer.Ordinal);
            });
    }

    /// <summary>Null where the JSON says it all.</summary>
    public Nature? Of(RecordKind kind, string path) =>
        known.TryGetValue(kind, out var paths) && paths.TryGetValue(path, out var nature) ? nature : null;

    private static void Find(Type form, string under, Dictionary<string, Nature> found)
    {
        foreach (var property in form.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var path = under + JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (type == typeof(PartialDate))
            {
                found[path] = Nature.PartialDate;
            }
            else if (type == typeof(decimal))
            {
                found[path] = Nature.Decimal;
            }
            else if (type == typeof(double) && property.Name is nameof(Nature.Latitude) or nameof(Nature.Longitude))
            {
                found[path] = Enum.Parse<Nature>(property.Name);
            }
            else if (type is { IsClass: true } && type.Assembly == typeof(Natures).Assembly)
            {
                Find(type, path + ".", found);
            }
        }
    }
}
