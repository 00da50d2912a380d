using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using GraphQL;
using GraphQL.Execution;
using GraphQL.Types;
using GraphQL.Validation;
using GraphQLParser.AST;
using WildlifeRegistry.Hosting;

namespace WildlifeRegistry.Reading;

/// <summary>
/// A query that was validated and asked before: its selection is read once, and its answer written as the looks are
/// taken. Whatever is out of the ordinary (an error, a null where none may be, a directive, a question about the
/// schema) it leaves to the library's executor, which asks again and says what there is to say; so there is one place
/// where errors are made, and a query changes nothing by being asked twice.
/// </summary>
public sealed class KnownQuery
{
    /// <summary>Most fields that are kept of one query: a hundred times that of usual ones would be a way to fill the memory.</summary>
    private const int MaxFields = 1_000;

    private readonly ISchema schema;
    private readonly GraphQLDocument document;
    private readonly GraphQLOperationDefinition operation;
    private readonly GraphQLOperationDefinition variablesOnly;
    private readonly Selection selection;
    private readonly ImmutableArray<SelectedField> roots;
    private readonly ImmutableArray<string> withDefault;

    private KnownQuery(ISchema schema, GraphQLDocument document, GraphQLOperationDefinition operation)
    {
        this.schema = schema;
        this.document = document;
        this.operation = operation;
        variablesOnly = new GraphQLOperationDefinition(new GraphQLSelectionSet([])) { Operation = OperationType.Query, Variables = operation.Variables };
        selection = new Selection(document, variables: null, MaxFields);
        roots = selection.Fields([operation.SelectionSet], schema.Query, parent: null);
        withDefault = [.. (operation.Variables?.Items ?? []).Where(variable => variable.DefaultValue is not null).Select(variable => variable.Variable.Name.StringValue)];
    }

    /// <summary>The queries of a valid document that can be answered so, by name; a single nameless one under the empty name.</summary>
    public static ImmutableDictionary<string, KnownQuery> Of(ISchema schema, GraphQLDocument document, string text)
    {
        var known = ImmutableDictionary.CreateBuilder<string, KnownQuery>(StringComparer.Ordinal);
        if (text.Contains('@', StringComparison.Ordinal))
        {
            return known.ToImmutable();
        }

        foreach (var one in document.Definitions.OfType<GraphQLOperationDefinition>().Where(one => one.Operation == OperationType.Query))
        {
            try
            {
                var query = new KnownQuery(schema, document, one);
                if (query.roots.All(root => IsTypeName(root) || schema.Query.GetField(root.Name) is not null))
                {
                    known.Add(one.Name?.StringValue ?? "", query);
                }
            }
            catch (SelectionTooLargeException)
            {
                // answered by the library
            }
        }

        return known.ToImmutable();
    }

    /// <summary>The whole body of the answer; null where the library's executor has to answer.</summary>
    /// <exception cref="OperationCanceledException">Cancelled or timed out.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> AnswerAsync(Inputs? inputs, RequestContext request, CancellationToken ct)
    {
        if (await VariablesAsync(inputs ?? Inputs.Empty, request) is not { } variables)
        {
            return null;
        }

        var body = new ArrayBufferWriter<byte>(4096);
        await using var writer = new Utf8JsonWriter(body, new JsonWriterOptions { SkipValidation = true });
        var answer = new AnswerWriter(writer, selection, variables, request, ct);
        try
        {
            writer.WriteStartObject();
            writer.WriteStartObject("data");
            foreach (var root in roots)
            {
                writer.WritePropertyName(root.EncodedKey);
                if (IsTypeName(root))
                {
                    writer.WriteStringValue(schema.Query.Name);
                    continue;
                }

                var field = root.Definition!;
                var value = await field.Resolver!.ResolveAsync(new KnownRoot(selection, root, variables)
                {
                    Arguments = selection.ArgumentsOf(root, variables),
                    CancellationToken = ct,
                    Document = document,
                    FieldAst = root.Ast[0],
                    FieldDefinition = field,
                    Operation = operation,
                    ParentType = schema.Query,
                    Schema = schema,
                    UserContext = request,
                    Variables = variables,
                });
                answer.Write(field.ResolvedType!, root, value);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
            await writer.FlushAsync(ct);
            return body.WrittenCount <= RegistryLimits.MaxAnswer ? body.WrittenMemory : null;
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }

    internal static bool IsTypeName(SelectedField field) => string.Equals(field.Name, "__typename", StringComparison.Ordinal);

    /// <summary>The coerced variables; null where they are at fault, or where a null may not stand for the default.</summary>
    private async ValueTask<Variables?> VariablesAsync(Inputs inputs, RequestContext request)
    {
        if (operation.Variables is not { Count: > 0 })
        {
            return Variables.None;
        }

        foreach (var name in withDefault)
        {
            if (inputs.TryGetValue(name, out var value) && value is null)
            {
                return null;
            }
        }

        var validation = new ValidationContext
        {
            Document = document,
            Operation = variablesOnly,
            Schema = schema,
            TypeInfo = new TypeInfo(schema),
            UserContext = request,
            Variables = inputs,
        };
        try
        {
            var (variables, errors) = await validation.GetVariablesValuesAsync();
            return errors is null && !validation.HasErrors ? variables : null;
        }
        catch (ExecutionError)
        {
            return null;
        }
    }
}

/// <summary>A root field of a known query, as its resolver is given it.</summary>
internal sealed class KnownRoot(Selection selection, SelectedField field, Variables variables) : ResolveFieldContext
{
    public Selection Selection { get; } = selection;

    public SelectedField Field { get; } = field;

    /// <summary>The values that the arguments below are made of.</summary>
    public Variables Values { get; } = variables;
}
