using System.Collections.Frozen;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Recording;

/// <summary>The units of quantities: those of the CITES trade database, by the words that people use for them.</summary>
public static class Units
{
    /// <summary>Each unit, then other words for it in English and Russian.</summary>
    private static readonly string[][] Words =
    [
        ["pieces", "piece", "pcs", "pc", "item", "items", "specimen", "specimens", "individual", "individuals", "head", "heads", "each", "no", "number", "шт", "штук", "штука", "штуки", "экз", "экземпляр", "экземпляров", "особь", "особей", "голов"],
        ["kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "kilogramme", "kilogrammes", "кг", "килограмм", "килограммов"],
        ["g", "gr", "gram", "grams", "gramme", "grammes", "г", "гр", "грамм", "граммов"],
        ["mg", "milligram", "milligrams", "мг"],
        ["t", "ton", "tons", "tonne", "tonnes", "т", "тонн", "тонна", "тонны"],
        ["l", "liter", "liters", "litre", "litres", "л", "литр", "литров"],
        ["ml", "milliliter", "milliliters", "millilitre", "millilitres", "мл"],
        ["m", "meter", "meters", "metre", "metres", "м", "метр", "метров"],
        ["cm", "centimeter", "centimeters", "centimetre", "centimetres", "см"],
        ["m2", "м2", "square metres", "square meters", "кв м"],
        ["m3", "м3", "cubic metres", "cubic meters", "cbm", "куб м", "кубометров"],
        ["cm2"],
        ["cm3"],
        ["ft2"],
        ["pairs", "pair", "пара", "пары", "пар"],
        ["sets", "set", "набор", "наборов", "комплект", "комплектов"],
        ["bags", "bag", "sack", "sacks", "мешок", "мешков", "мешка"],
        ["boxes", "box", "коробка", "коробок"],
        ["bottles", "bottle", "бутылка", "бутылок"],
        ["cans", "can", "tin", "tins", "jar", "jars", "банка", "банок"],
        ["cartons", "carton"],
        ["cases", "case", "ящик", "ящиков"],
        ["flasks", "flask"],
        ["sides", "side"],
        ["shipments", "shipment"],
    ];

    private static readonly FrozenDictionary<string, string> ByWord = Words
        .SelectMany(words => words.Select(word => (Word: Folding.Fold(word), Unit: words[0])))
        .ToFrozenDictionary(pair => pair.Word, pair => pair.Unit, StringComparer.Ordinal);

    /// <summary>What is allowed, as a sentence.</summary>
    public static string Allowed { get; } = "Allowed are " + string.Join(", ", ByWord.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)) + ", and common words for them.";

    /// <summary>The unit that a word means; null where the table does not have it.</summary>
    public static string? Find(string word) => ByWord.GetValueOrDefault(Folding.Fold(word));
}
