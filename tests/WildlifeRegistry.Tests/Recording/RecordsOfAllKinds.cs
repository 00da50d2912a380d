namespace WildlifeRegistry.Tests.Recording;

/// <summary>One exercise record of each kind of KZ-CUSTOMS, hidden from everybody else, and the link between two of them.</summary>
internal sealed record RecordsOfAllKinds(Notebook Notebook, string Seizure, string Incident, string Suspect, string Route, string Link, string Place, string Operation)
{
    public static async Task<RecordsOfAllKinds> MakeAsync(Notebook notebook)
    {
        var seizure = await notebook.SeizureAsync(with: new System.Text.Json.Nodes.JsonObject { ["suspects"] = new System.Text.Json.Nodes.JsonArray(Notebook.Involved()) });
        var involved = await notebook.LinkAsync(Notebook.Officer, seizure, "INVOLVES");
        var incident = (await notebook.OkAsync(Notebook.Officer, "recordIncident", new { exercise = true, type = "POACHING", occurredOn = "2026", country = "KZ" }, "incident { id }")).GetProperty("incident").GetProperty("id").GetString()!;
        var place = (await notebook.OkAsync(Notebook.Liaison, "recordPlace", new { type = "TOWN", name = "Exercise town", country = "KZ" }, "place { id }")).GetProperty("place").GetProperty("id").GetString()!;
        var route = (await notebook.OkAsync(Notebook.Analyst, "recordRoute", new { exercise = true, name = "Exercise road", status = "SUSPECTED", legs = new[] { new { fromPlaceId = place, toPlaceId = place } } }, "route { id } ")).GetProperty("route").GetProperty("id").GetString()!;
        var operation = (await notebook.OkAsync(Notebook.Liaison, "openOperation", new { name = "Exercise operation", members = new[] { "TR-CUSTOMS" }, until = "2099-01-01T00:00:00Z" }, "operation { id }")).GetProperty("operation").GetProperty("id").GetString()!;
        return new RecordsOfAllKinds(notebook, seizure, incident, involved.GetProperty("other").GetProperty("id").GetString()!, route, involved.GetProperty("id").GetString()!, place, operation);
    }

    /// <summary>The record that a mutation is about.</summary>
    public string Target(string mutation) => mutation switch
    {
        "amendIncident" => Incident,
        "amendSuspect" => Suspect,
        "amendRoute" => Route,
        "amendPlace" => Place,
        "amendLink" => Link,
        _ => Seizure,
    };
}
