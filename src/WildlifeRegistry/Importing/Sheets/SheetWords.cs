using System.Collections.Frozen;
using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Suspects;

namespace WildlifeRegistry.Importing.Sheets;

/// <summary>The words that cells with a closed list of values may have: the contract's own, and what officers write for them in English and Russian.</summary>
public static class SheetWords
{
    public static WordList<MethodOfDetection> Detection { get; } = Of<MethodOfDetection>(
        (MethodOfDetection.RoutineInspection, ["routine inspection", "routine control", "плановый досмотр", "обычный досмотр", "таможенный досмотр"]),
        (MethodOfDetection.RiskProfile, ["risk assessment", "risk profiling", "targeting", "профиль риска", "оценка риска"]),
        (MethodOfDetection.Xray, ["x-ray", "scanner", "рентген", "сканер"]),
        (MethodOfDetection.Canine, ["dog", "sniffer dog", "k9", "собака", "кинолог"]),
        (MethodOfDetection.Information, ["intelligence", "tip-off", "оперативная информация", "информация"]),
        (MethodOfDetection.Investigation, ["расследование", "следствие"]),
        (MethodOfDetection.Patrol, ["патруль", "рейд"]),
        (MethodOfDetection.Other, ["другое", "иное"]));

    public static WordList<ModeOfTransport> Transport { get; } = Of<ModeOfTransport>(
        (ModeOfTransport.AirCargo, ["air freight", "авиагруз", "грузовой авиарейс"]),
        (ModeOfTransport.AirPassenger, ["air", "airplane", "passenger flight", "авиа", "самолет", "самолёт", "авиапассажир"]),
        (ModeOfTransport.Road, ["car", "truck", "land", "vehicle", "автомобиль", "автотранспорт", "авто", "грузовик"]),
        (ModeOfTransport.Rail, ["train", "railway", "железная дорога", "поезд", "жд"]),
        (ModeOfTransport.Sea, ["ship", "maritime", "vessel", "море", "морской", "судно"]),
        (ModeOfTransport.River, ["река", "речной"]),
        (ModeOfTransport.Post, ["mail", "postal", "courier parcel", "почта"]),
        (ModeOfTransport.Pedestrian, ["on foot", "пешком", "пеший"]),
        (ModeOfTransport.Other, ["другое", "иное"]));

    public static WordList<ConcealmentClass> Concealment { get; } = Of<ConcealmentClass>(
        (Seizures.ConcealmentClass.InBaggage, ["in luggage", "в багаже", "багаж"]),
        (Seizures.ConcealmentClass.OnBody, ["на теле", "на себе"]),
        (Seizures.ConcealmentClass.InVehicle, ["в автомобиле", "в транспорте", "в тайнике автомобиля"]),
        (Seizures.ConcealmentClass.InCargo, ["в грузе"]),
        (Seizures.ConcealmentClass.Misdeclared, ["недостоверное декларирование"]),
        (Seizures.ConcealmentClass.FalseDocuments, ["forged documents", "поддельные документы"]),
        (Seizures.ConcealmentClass.None, ["not concealed", "без сокрытия", "нет"]),
        (Seizures.ConcealmentClass.Other, ["другое", "иное"]));

    public static WordList<InvolvementRole> Roles { get; } = Of<InvolvementRole>(
        (InvolvementRole.Courier, ["курьер"]), (InvolvementRole.Driver, ["водитель"]), (InvolvementRole.Owner, ["владелец"]), (InvolvementRole.Consignor, ["sender", "отправитель"]),
        (InvolvementRole.Consignee, ["receiver", "recipient", "получатель"]), (InvolvementRole.Broker, ["посредник", "брокер"]), (InvolvementRole.Organiser, ["organizer", "организатор"]),
        (InvolvementRole.Poacher, ["браконьер"]), (InvolvementRole.Buyer, ["покупатель"]), (InvolvementRole.Official, ["должностное лицо"]), (InvolvementRole.Other, ["другое", "иное"]));

    public static WordList<SuspectType> SuspectTypes { get; } = Of<SuspectType>(
        (SuspectType.Person, ["лицо", "физическое лицо", "человек"]), (SuspectType.Company, ["компания", "юридическое лицо", "организация"]), (SuspectType.Group, ["группа"]));

    public static WordList<SuspectStatusValue> Statuses { get; } = Of<SuspectStatusValue>(
        (SuspectStatusValue.Suspect, ["подозреваемый"]), (SuspectStatusValue.Accused, ["обвиняемый"]), (SuspectStatusValue.Convicted, ["осужден", "осуждён", "осужденный"]),
        (SuspectStatusValue.Acquitted, ["оправдан"]), (SuspectStatusValue.Cleared, ["подозрения сняты"]));

    public static WordList<IdentifierType> Identifiers { get; } = Of<IdentifierType>(
        (IdentifierType.Phone, ["telephone", "mobile", "телефон"]), (IdentifierType.Passport, ["паспорт"]), (IdentifierType.NationalId, ["id card", "удостоверение личности", "иин", "пинфл"]),
        (IdentifierType.Plate, ["number plate", "licence plate", "госномер", "номер автомобиля"]), (IdentifierType.Vin, ["вин"]), (IdentifierType.Container, ["контейнер"]), (IdentifierType.VesselImo, ["imo", "имо"]),
        (IdentifierType.Aircraft, ["борт"]), (IdentifierType.Flight, ["рейс"]), (IdentifierType.Waybill, ["awb", "накладная"]), (IdentifierType.Email, ["e-mail", "почтовый адрес"]), (IdentifierType.Social, ["social media", "соцсеть"]),
        (IdentifierType.BankAccount, ["iban", "счет", "счёт"]), (IdentifierType.CompanyRegistration, ["бин", "регистрационный номер"]), (IdentifierType.Permit, ["разрешение"]), (IdentifierType.Ring, ["кольцо"]), (IdentifierType.Chip, ["microchip", "чип"]));

    public static WordList<LinkKind> Uses { get; } = new(
        [LinkKind.CarriedBy, LinkKind.DocumentedBy, LinkKind.Marked],
        (LinkKind.CarriedBy, ["перевозка"]), (LinkKind.DocumentedBy, ["документ"]), (LinkKind.Marked, ["метка"]));

    public static WordList<Handling> Handlings { get; } = Of<Handling>();

    public static IReadOnlyDictionary<string, string[]> Working { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal) { ["RAW"] = ["сырье", "сырьё"], ["WORKED"] = ["изделие", "обработанный"] };

    public static IReadOnlyDictionary<string, string[]> SpecimenSex { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal) { ["FEMALE"] = ["самка"], ["MALE"] = ["самец"], ["MIXED"] = ["разные"], ["UNKNOWN"] = ["неизвестно"] };

    public static IReadOnlyDictionary<string, string[]> SuspectSex { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal) { ["FEMALE"] = ["f", "женский", "ж"], ["MALE"] = ["m", "мужской", "м"], ["OTHER"] = ["другой"] };

    private static readonly FrozenDictionary<string, bool> YesNo = new Dictionary<string, bool>(StringComparer.Ordinal)
    {
        ["yes"] = true, ["true"] = true, ["1"] = true, ["live"] = true, ["alive"] = true, ["да"] = true, ["живой"] = true, ["живая"] = true, ["живые"] = true,
        ["no"] = false, ["false"] = false, ["0"] = false, ["dead"] = false, ["нет"] = false, ["мертвый"] = false, ["мертвые"] = false,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Yes or no; null for another word.</summary>
    public static bool? Flag(string text) => YesNo.TryGetValue(Folding.Fold(text), out var known) ? known : null;

    /// <summary>The contract's word for a word of a list; the word itself where the list does not have it, to be refused by whoever reads it.</summary>
    public static string Word(IReadOnlyDictionary<string, string[]> list, string text)
    {
        var folded = Folding.Fold(text);
        return list.FirstOrDefault(pair => string.Equals(Folding.Fold(pair.Key), folded, StringComparison.Ordinal) || pair.Value.Any(word => string.Equals(Folding.Fold(word), folded, StringComparison.Ordinal))).Key ?? text;
    }

    public static string Allowed<T>(WordList<T> list)
        where T : struct, Enum => list.Allowed;

    public static string Allowed(IReadOnlyDictionary<string, string[]> list) => string.Join(", ", list.Keys);

    private static WordList<T> Of<T>(params (T Value, string[] Words)[] words)
        where T : struct, Enum => new(Enum.GetValues<T>(), words);
}

/// <summary>The values of one closed list, and the words for each.</summary>
public sealed class WordList<T>
    where T : struct, Enum
{
    private readonly FrozenDictionary<string, T> byWord;

    public WordList(IReadOnlyList<T> values, params IEnumerable<(T Value, string[] Words)> words)
    {
        Allowed = string.Join(", ", values.Select(RecordJson.NameOf));
        byWord = words.SelectMany(pair => pair.Words.Select(word => (Word: word, pair.Value)))
            .Concat(values.Select(value => (Word: RecordJson.NameOf(value), Value: value)))
            .Select(pair => (Word: Folding.Fold(pair.Word), pair.Value))
            .Distinct()
            .ToFrozenDictionary(pair => pair.Word, pair => pair.Value, StringComparer.Ordinal);
    }

    /// <summary>The contract's own words.</summary>
    public string Allowed { get; }

    public T? Find(string text) => byWord.TryGetValue(Folding.Fold(text), out var value) ? value : null;
}
