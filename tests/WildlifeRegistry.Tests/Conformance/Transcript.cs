using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Tests.Conformance;

/// <summary>
/// A conversation as text: two are equal exactly where nothing tells them apart. References come from a keyed counter,
/// so that each is called by the order in which it was first heard.
/// </summary>
internal sealed class Transcript
{
    private readonly Dictionary<string, int> references = new(StringComparer.Ordinal);

    public string Of(Storage.Reading reading)
    {
        var text = new StringBuilder();
        Write(text, reading.Roots);
        return text.ToString();
    }

    public static string Of(CommitResult result) => result switch
    {
        CommitResult.Committed committed => $"committed {string.Join(' ', committed.Ids)} replayed {committed.Replayed}",
        CommitResult.Conflict conflict => $"conflict {conflict.Id} at {conflict.Current}",
        CommitResult.Refused refused => $"refused {refused.Reason} {refused.Id}",
        CommitResult.Missing missing => $"missing {missing.Id}",
        _ => throw new ArgumentOutOfRangeException(nameof(result)),
    };

    private void Write(StringBuilder text, RecordPage page)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"{page.Records.Length} records, more {page.HasNext}, total {page.Total}");
        foreach (var record in page.Records)
        {
            Write(text, record, "");
        }
    }

    private void Write(StringBuilder text, BroughtRecord brought, string margin)
    {
        var record = brought.Record;
        text.AppendLine(CultureInfo.InvariantCulture, $"{margin}{record.Kind} {record.Id} {record.Level} sort '{brought.Sort}' owner {record.Owner} exercise {record.Exercise} {record.Validation} {record.Handling} reference {Renamed(record.Reference)} released {record.ReleasedAt:O} edition {record.Edition}");
        text.AppendLine(CultureInfo.InvariantCulture, $"{margin}  details {Json(RecordJson.Write(record.Details))} properties {Json(record.Properties)}");
        if (record.Owners is { } owners)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{margin}  version {owners.Version} audience {owners.Audience.Canonical} created {owners.CreatedAt:O} {owners.CreatedBy} updated {owners.UpdatedAt:O} {owners.UpdatedBy}");
            foreach (var version in owners.Versions ?? [])
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{margin}  was {version.Version} {version.At:O} {version.By} {version.Validation} {version.Handling} {version.Audience.Canonical} {Json(RecordJson.Write(version.Details))} {Json(version.Properties)}");
            }
        }

        foreach (var edition in record.Editions ?? [])
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{margin}  edition {edition.Edition} {edition.At:O} {edition.Validation} {edition.Handling} {Json(edition.Properties)}");
        }

        foreach (var (name, page) in brought.Links.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{margin}  step {name}: {page.Links.Length} links, more {page.HasNext}, total {page.Total}");
            foreach (var (link, sort, far) in page.Links)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{margin}    {link.Kind} {link.Id} outgoing {link.Outgoing} to {link.Other} owner {link.Owner} {link.Level} {link.Handling} withdrawn {link.Withdrawn} version {link.Owners?.Version} audience {link.Owners?.Audience.Canonical} consents {string.Join(' ', link.Owners?.Consents ?? [])} sort '{sort}' {Json(RecordJson.Write(link.Properties))}");
                Write(text, far, margin + "      ");
            }
        }
    }

    private string? Renamed(string? reference)
    {
        if (reference is null)
        {
            return null;
        }

        references.TryAdd(reference, references.Count);
        return references[reference].ToString(CultureInfo.InvariantCulture);
    }

    private static string Json(byte[] json) => JsonNode.Parse(json)!.ToJsonString();
}
