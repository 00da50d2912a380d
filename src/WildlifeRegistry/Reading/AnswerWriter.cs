using System.Collections;
using System.Text.Json;
using GraphQL.Types;
using GraphQL.Validation;
using WildlifeRegistry.Hosting;

namespace WildlifeRegistry.Reading;

/// <summary>Writes what the looks below a root field find, as the contract's types say; byte for byte what the library's executor and serializer would.</summary>
internal sealed class AnswerWriter(Utf8JsonWriter writer, Selection selection, Variables variables, RequestContext request, CancellationToken ct)
{
    private readonly Dictionary<SelectedField, AskedField> asked = new(ReferenceEqualityComparer.Instance);

    /// <exception cref="InvalidOperationException">Nothing where the type wants something, or what the type cannot be.</exception>
    public void Write(IGraphType type, SelectedField field, object? value)
    {
        if (type is NonNullGraphType required)
        {
            type = required.ResolvedType!;
            if (value is null)
            {
                throw Unwritable(field);
            }
        }

        switch (type)
        {
            case var _ when value is null:
                writer.WriteNullValue();
                break;
            case ScalarGraphType scalar:
                WriteScalar(scalar.Serialize(value) ?? throw Unwritable(field));
                break;
            case ListGraphType list:
                writer.WriteStartArray();
                foreach (var item in value as IEnumerable ?? throw Unwritable(field))
                {
                    ct.ThrowIfCancellationRequested();
                    Write(list.ResolvedType!, field, item);
                    if (writer.BytesCommitted + writer.BytesPending > RegistryLimits.MaxAnswer)
                    {
                        throw Unwritable(field);
                    }
                }

                writer.WriteEndArray();
                break;
            case IObjectGraphType one:
                WriteObject(one, field, value);
                break;
            case IAbstractGraphType several:
                WriteObject(several.ResolveType!(value) ?? throw Unwritable(field), field, value);
                break;
            default:
                throw Unwritable(field);
        }
    }

    private void WriteObject(IObjectGraphType type, SelectedField field, object source)
    {
        writer.WriteStartObject();
        foreach (var below in field.Fields(type))
        {
            writer.WritePropertyName(below.EncodedKey);
            if (KnownQuery.IsTypeName(below))
            {
                writer.WriteStringValue(type.Name);
            }
            else
            {
                var look = (FieldLook)below.Definition!.Resolver!;
                Write(below.Definition.ResolvedType!, below, look.At(source, (this, below), static at => at.Item1.Asked(at.below)));
            }
        }

        writer.WriteEndObject();
    }

    private void WriteScalar(object value)
    {
        switch (value)
        {
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            default:
                JsonSerializer.Serialize(writer, value);
                break;
        }
    }

    private AskedField Asked(SelectedField field)
    {
        if (!asked.TryGetValue(field, out var known))
        {
            asked.Add(field, known = new AskedField(field.Name, field.Parent?.Name, request, () => selection.ArgumentsOf(field, variables)));
        }

        return known;
    }

    private static InvalidOperationException Unwritable(SelectedField field) => new($"{field.Name} has no value that its type can be.");
}
