using GraphQL;
using GraphQL.Resolvers;
using WildlifeRegistry.Hosting;

namespace WildlifeRegistry.Reading;

/// <summary>Which function answers which field of the contract. Every object field has one, and every one has a field.</summary>
public sealed class Bindings
{
    private readonly Dictionary<(string Type, string Field), FieldLook> fields = [];
    private readonly Dictionary<string, Func<IResolveFieldContext, RequestContext, ValueTask<object?>>> roots = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Func<IResolveFieldContext, RequestContext, ValueTask<object?>>> mutations = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<(string Type, string Field), FieldLook> Fields => fields;

    public IReadOnlyDictionary<string, Func<IResolveFieldContext, RequestContext, ValueTask<object?>>> Roots => roots;

    public IReadOnlyDictionary<string, Func<IResolveFieldContext, RequestContext, ValueTask<object?>>> Mutations => mutations;

    /// <summary>A field of the query: the only place where the store is asked.</summary>
    public void Root(string field, Func<IResolveFieldContext, RequestContext, ValueTask<object?>> resolve) => roots.Add(field, resolve);

    /// <summary>A field of the mutation: the only place where something is changed.</summary>
    public void Mutation(string field, Func<IResolveFieldContext, RequestContext, ValueTask<object?>> resolve) => mutations.Add(field, resolve);

    /// <summary>The fields of a type whose sources are <typeparamref name="T"/>.</summary>
    public ObjectBinding<T> Object<T>(string type) => new(this, type);

    /// <summary>The fields of a type whose sources are records with properties <typeparamref name="T"/>.</summary>
    public RecordBinding<T> Record<T>(string type) => new(this, type);

    internal void Add(string type, string field, FieldLook look) => fields.Add((type, field), look);

    public sealed class ObjectBinding<T>(Bindings bindings, string type)
    {
        public ObjectBinding<T> Field(string name, Func<T, object?> get)
        {
            bindings.Add(type, name, new FieldLook(source => get((T)source)));
            return this;
        }

        public ObjectBinding<T> Field(string name, Func<T, AskedField, object?> get)
        {
            bindings.Add(type, name, new FieldLook((source, asked) => get((T)source, asked)));
            return this;
        }
    }

    public sealed class RecordBinding<T>(Bindings bindings, string type)
    {
        public RecordBinding<T> Field(string name, Func<T, object?> get)
        {
            bindings.Add(type, name, new FieldLook(source => get((T)((RecordSource)source).Value)));
            return this;
        }

        public RecordBinding<T> Own(string name, Func<RecordSource, object?> get)
        {
            bindings.Add(type, name, new FieldLook(source => get((RecordSource)source)));
            return this;
        }

        public RecordBinding<T> Own(string name, Func<RecordSource, AskedField, object?> get)
        {
            bindings.Add(type, name, new FieldLook((source, asked) => get((RecordSource)source, asked)));
            return this;
        }
    }
}

/// <summary>How a field below the root is answered: by a look at its source and, where the field says more than its name, at how it is asked for.</summary>
public sealed class FieldLook : IFieldResolver
{
    private readonly Func<object, object?>? plain;
    private readonly Func<object, AskedField, object?>? asked;

    public FieldLook(Func<object, object?> plain) => this.plain = plain;

    public FieldLook(Func<object, AskedField, object?> asked) => this.asked = asked;

    /// <param name="field">Made only if needed.</param>
    internal object? At<TState>(object source, TState state, Func<TState, AskedField> field) =>
        plain is not null ? plain(source) : asked!(source, field(state));

    public ValueTask<object?> ResolveAsync(IResolveFieldContext context) => new(At(context.Source!, context, AskedField.Of));
}
