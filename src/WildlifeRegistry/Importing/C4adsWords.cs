using System.Collections.Frozen;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;

namespace WildlifeRegistry.Importing;

/// <summary>
/// What C4ADS' words mean in the registry's closed lists. Whole texts only, as they occur in the file, misspellings
/// included; the text as given is kept beside what it was taken for.
/// </summary>
public static class C4adsWords
{
    private static readonly FrozenDictionary<string, ModeOfTransport> Modes = new Dictionary<string, ModeOfTransport>(StringComparer.Ordinal)
    {
        ["luggage"] = ModeOfTransport.AirPassenger,
        ["lugage"] = ModeOfTransport.AirPassenger,
        ["passenger clothing items"] = ModeOfTransport.AirPassenger,
        ["passenger clothing"] = ModeOfTransport.AirPassenger,
        ["passanger item"] = ModeOfTransport.AirPassenger,
        ["passenger clothing and luggage"] = ModeOfTransport.AirPassenger,
        ["passenger clothing luggage"] = ModeOfTransport.AirPassenger,
        ["passenger belonging luggage"] = ModeOfTransport.AirPassenger,
        ["personal belonging luggage"] = ModeOfTransport.AirPassenger,
        ["airfreight"] = ModeOfTransport.AirCargo,
        ["air freight"] = ModeOfTransport.AirCargo,
        ["airfrieght"] = ModeOfTransport.AirCargo,
        ["airfeight"] = ModeOfTransport.AirCargo,
        ["arifreight"] = ModeOfTransport.AirCargo,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Where a text names two methods, the first named.
    private static readonly FrozenDictionary<string, MethodOfDetection> Detections = new Dictionary<string, MethodOfDetection>(StringComparer.Ordinal)
    {
        ["x ray"] = MethodOfDetection.Xray,
        ["x ray dogs"] = MethodOfDetection.Xray,
        ["x ray detector dog"] = MethodOfDetection.Xray,
        ["detector dog"] = MethodOfDetection.Canine,
        ["dogs"] = MethodOfDetection.Canine,
        ["canines"] = MethodOfDetection.Canine,
        ["canine intelligence"] = MethodOfDetection.Canine,
        ["tip off"] = MethodOfDetection.Information,
        ["tip off and x ray"] = MethodOfDetection.Information,
        ["intelligence"] = MethodOfDetection.Information,
        ["result of investigation"] = MethodOfDetection.Investigation,
        ["risk assessment targeting"] = MethodOfDetection.RiskProfile,
        ["custom clearance"] = MethodOfDetection.RoutineInspection,
        ["routine search"] = MethodOfDetection.RoutineInspection,
        ["routine check"] = MethodOfDetection.RoutineInspection,
        ["interepted at screening point"] = MethodOfDetection.RoutineInspection,
        ["intercepted at screening point"] = MethodOfDetection.RoutineInspection,
        ["inspected at screening point"] = MethodOfDetection.RoutineInspection,
        ["intercepted at check point"] = MethodOfDetection.RoutineInspection,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly (string Words, ConcealmentClass Class)[] Concealments =
    [
        ("luggage", ConcealmentClass.InBaggage),
        ("lugagges", ConcealmentClass.InBaggage),
        ("baggage", ConcealmentClass.InBaggage),
        ("suitcase", ConcealmentClass.InBaggage),
        ("suitcases", ConcealmentClass.InBaggage),
        ("suitcase s", ConcealmentClass.InBaggage),
        ("underwear", ConcealmentClass.OnBody),
        ("underpants", ConcealmentClass.OnBody),
        ("body pack", ConcealmentClass.OnBody),
        ("vest", ConcealmentClass.OnBody),
        ("sewn into pants", ConcealmentClass.OnBody),
        ("labeled", ConcealmentClass.Misdeclared),
        ("labelled", ConcealmentClass.Misdeclared),
        ("declared as", ConcealmentClass.Misdeclared),
        ("marked as", ConcealmentClass.Misdeclared),
        ("supposed to contain", ConcealmentClass.Misdeclared),
        ("fake paperwork", ConcealmentClass.FalseDocuments),
        ("fictitious address", ConcealmentClass.FalseDocuments),
    ];

    /// <summary>Null where the text says nothing or "unknown".</summary>
    public static ModeOfTransport? Mode(string text) =>
        Folding.Fold(text) is not ("" or "unknown") and var folded ? Modes.GetValueOrDefault(folded, ModeOfTransport.Other) : null;

    public static MethodOfDetection? Detection(string text) =>
        Folding.Fold(text) is not "" and var folded ? Detections.GetValueOrDefault(folded, MethodOfDetection.Other) : null;

    /// <summary>The class that the text's words name; null where they name none, or two that differ.</summary>
    public static ConcealmentClass? Concealment(string text)
    {
        var folded = " " + Folding.Fold(text) + " ";
        if (folded is " none ")
        {
            return ConcealmentClass.None;
        }

        var classes = Concealments.Where(word => folded.Contains(" " + word.Words + " ", StringComparison.Ordinal)).Select(word => word.Class).Distinct().ToList();
        return classes.Count == 1 ? classes[0] : null;
    }
}
