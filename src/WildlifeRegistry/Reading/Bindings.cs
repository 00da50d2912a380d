using GraphQL;
using WildlifeRegistry.Hosting;

namespace WildlifeRegistry.Reading;

/// <summary>Which function answers which field of the contract. Every object field has one, and every one has a field.</summary>
public sealed class Bindings
{
    private readonly Dictionary<(string Type, string Field), Func<IResolveFieldContext, object?>> fields = [];
    private readonly Dictionary<string, Func<IResolveFieldContext, RequestContext, ValueTask<object?>>> roots = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Func<IResolveFieldContext, RequestContext, ValueTask<object?>>> mutations = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<(string Type, string Field), Func<IResolveFieldContext, object?>> Fields => fields;

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

    internal void Add(string type, string field, Func<IResolveFieldContext, object?> resolve) => fields.Add((type, field), resolve);

    public sealed class ObjectBinding<T>(Bindings bindings, string type)
    {
        public ObjectBinding<T> Field(string name, Func<T, object?> get) => Field(name, (source, _) => get(source));

        public ObjectBinding<T> Field(string name, Func<T, IResolveFieldContext, object?> get)
        {
            bindings.Add(type, name, context => get((T)context.Source!, context));
            return this;
        }
    }

    public sealed class RecordBinding<T>(Bindings bindings, string type)
    {
        public RecordBinding<T> Field(string name, Func<T, object?> get)
        {
            bindings.Add(type, name, context => get((T)((RecordSource)context.Source!).Value));
            return this;
        }

        public RecordBinding<T> Own(string name, Func<RecordSource, IResolveFieldContext, object?> get)
        {
            bindings.Add(type, name, context => get((RecordSource)context.Source!, context));
            return this;
        }
    }
}
