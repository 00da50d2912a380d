using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using WildlifeRegistry.Hosting;

namespace WildlifeRegistry.Tests.Support;

/// <summary>The figures of one registry, as whoever watches it sees them.</summary>
public sealed class Figures : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<string, long> figures = new();

    public Figures(RegistryApplication registry)
    {
        var meters = registry.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Name == RegistryMeter.Name && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => figures.AddOrUpdate(KeyOf(instrument, tags), value, (_, before) => before + value));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => figures[KeyOf(instrument, tags)] = value);
        listener.Start();
    }

    /// <summary>A counter, e.g. <c>registry.limit.reached IMPORTS</c>, or a gauge as it is now.</summary>
    public long this[string name]
    {
        get
        {
            listener.RecordObservableInstruments();
            return figures.GetValueOrDefault(name);
        }
    }

    public void Dispose() => listener.Dispose();

    private static string KeyOf(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) => tags.IsEmpty ? instrument.Name : $"{instrument.Name} {tags[0].Value}";
}
