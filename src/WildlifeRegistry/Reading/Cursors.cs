using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Reading;

/// <summary>
/// Places in a list, sealed: a cursor holds an order key (open by definition) and an id, and is good only for the
/// reader and the question that it was made for.
/// </summary>
/// <param name="question">What the list is of: everything but the page.</param>
public sealed class Cursors(RequestContext request, string question)
{
    private const int SealLength = 16;

    public string Of(Position position) => Write(position.Sort, position.Id.ToString());

    /// <param name="near">The record that the links are listed on.</param>
    public string Of(LinkPosition position, RecordId near) =>
        Write(((int)position.Kind).ToString(CultureInfo.InvariantCulture), position.Sort, position.Id.ToString(), near.ToString());

    /// <exception cref="RequestException">Not a cursor of this list for this reader.</exception>
    public Position Position(string cursor) =>
        Read(cursor) is [var sort, var id] && RecordId.TryParse(id, out var record) ? new Position(sort, record) : throw Refused();

    /// <exception cref="RequestException">Not a cursor of this list for this reader.</exception>
    public (LinkPosition Position, RecordId Near) LinkPosition(string cursor) =>
        Read(cursor) is [var kind, var sort, var id, var near]
            && int.TryParse(kind, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && RecordId.TryParse(id, out var link)
            && RecordId.TryParse(near, out var record)
            ? (new LinkPosition((LinkKind)number, sort, link), record)
            : throw Refused();

    public static RequestException Refused() =>
        new(ErrorCode.InvalidValue, "The cursor is not one of this list: use endCursor or a cursor of an earlier page of the same question.", "after");

    private string Write(params string[] parts)
    {
        var payload = string.Join('\n', parts);
        return Base64Url.EncodeToString([.. Seal(payload), .. Encoding.UTF8.GetBytes(payload)]);
    }

    private string[] Read(string cursor)
    {
        if (cursor.Length > 4000 || !Base64Url.IsValid(cursor))
        {
            throw Refused();
        }

        var bytes = Base64Url.DecodeFromChars(cursor);
        if (bytes.Length < SealLength)
        {
            throw Refused();
        }

        var payload = Encoding.UTF8.GetString(bytes.AsSpan(SealLength));
        return CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, SealLength), Seal(payload)) ? payload.Split('\n') : throw Refused();
    }

    private byte[] Seal(string payload) => request.Parts.Keys.Seal("cursor", request.Reader.Officer.Value, request.Reader.Agency.Value, question, payload);
}
