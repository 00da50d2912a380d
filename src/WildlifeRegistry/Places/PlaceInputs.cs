using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Places;

/// <summary>From what people call a place to the place that they mean.</summary>
public static class PlaceInputs
{
    /// <summary>The place that the input names by <c>placeId</c>, or else by a name that only one has in the country; null where the registry knows none.</summary>
    /// <param name="isAmended">True where a <c>placeId</c> that is null clears, and does not leave it to the name.</param>
    public static async Task<RecordId?> ResolveAsync(Change change, Input input, string? country, string? name, bool isAmended = false)
    {
        if (isAmended && input.Has("placeId") && input.IsNull("placeId"))
        {
            return null;
        }

        if (input.Id("placeId") is { } given)
        {
            if (RecordId.TryParse(given, out var id) && await change.VisibleAsync(id, [RecordKind.Place]) is not null)
            {
                return id;
            }

            input.Fault("placeId", "There is no such place; allowed is an id that the query places answers.");
            return null;
        }

        if (name is null || country is null)
        {
            return null;
        }

        Condition[] conditions = [new(PlaceKind.Name, [Folding.Fold(name)], IsOpen: true), new(PlaceKind.Country, [country], IsOpen: true)];
        var page = await change.LookUpAsync(new PlanStart.Page(RecordKind.Place, [.. conditions], null, [], [], Exercise: null, Descending: false, 2, null, WantTotal: false));
        return page.Records is [var only] ? only.Record.Id : null;
    }
}
