using System.Diagnostics;
using System.Reflection;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using WildlifeRegistry.Access.Identity;

namespace WildlifeRegistry.Hosting;

/// <summary>
/// Traces, metrics and logs to an OpenTelemetry collector, by the standard settings (OTEL_...) alone; nothing is sent
/// unless they name where. What leaves is on a list of what may: no caller, record, question or text is.
/// </summary>
internal static class Telemetry
{
    private const string ServiceName = "wildlife-registry";

    /// <exception cref="SettingException">An exporter other than none and otlp.</exception>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        if (string.Equals(builder.Configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        var (traces, metrics, logs) = (IsSent(builder.Configuration, "TRACES"), IsSent(builder.Configuration, "METRICS"), IsSent(builder.Configuration, "LOGS"));
        if (!traces && !metrics && !logs)
        {
            return;
        }

        // The environment's name and attributes come last, and so win.
        var version = typeof(Telemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService(ServiceName, serviceVersion: version).AddEnvironmentVariableDetector());
        if (traces)
        {
            telemetry.WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation()
                .AddSource(RegistryMeter.Name)
                .AddProcessor(new BareSpans())
                .AddOtlpExporter());
        }

        if (metrics)
        {
            telemetry.WithMetrics(metering => metering
                .AddMeter(RegistryMeter.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
                .AddOtlpExporter());
        }

        if (logs)
        {
            telemetry.WithLogging(
                logging => logging.AddProcessor(new BareLogs()).AddOtlpExporter(),
                options => (options.IncludeFormattedMessage, options.IncludeScopes, options.ParseStateValues) = (false, false, false));

            // The framework's own lines may hold addresses and what was asked: they stay in this process's log.
            builder.Logging.AddFilter<OpenTelemetryLoggerProvider>((category, level) =>
                level >= LogLevel.Information && category is not null && category.StartsWith(RegistryMeter.Name + ".", StringComparison.Ordinal));
        }
    }

    private static bool IsSent(ConfigurationManager configuration, string signal)
    {
        var key = $"OTEL_{signal}_EXPORTER";
        return configuration[key] switch
        {
            "otlp" => true,
            "none" => false,
            null or "" => configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 } || configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"] is { Length: > 0 },
            { } other => throw new SettingException(key, other, "otlp or none"),
        };
    }

    /// <summary>Takes everything off a span that a caller could have written.</summary>
    private sealed class BareSpans : BaseProcessor<Activity>
    {
        private static readonly HashSet<string> Kept = new(StringComparer.Ordinal)
        {
            "http.request.method", "http.route", "http.response.status_code", "url.scheme", "network.protocol.version", "error.type", RegistryErrors.CodeTag,
        };

        public override void OnEnd(Activity data)
        {
            foreach (var (name, _) in data.TagObjects.Where(tag => !Kept.Contains(tag.Key)).ToList())
            {
                data.SetTag(name, null);
            }

            data.TraceStateString = null;
            data.SetStatus(data.Status); // without its description
            if (data.Kind == ActivityKind.Server)
            {
                data.DisplayName = $"{data.GetTagItem("http.request.method")} {data.GetTagItem("http.route")}".Trim();
            }
        }
    }

    /// <summary>Leaves a log entry its sentence without the values in it, but for numbers and words of closed sets.</summary>
    private sealed class BareLogs : BaseProcessor<LogRecord>
    {
        public override void OnEnd(LogRecord data)
        {
            var kept = (data.Attributes ?? []).Where(attribute => attribute.Value is int or long or double or bool or Enum || attribute.Key is "{OriginalFormat}").ToList();
            if (data.Exception is { } fault)
            {
                kept.Add(new("exception.type", fault.GetType().FullName));
                data.Exception = null;
            }

            data.Attributes = kept;
        }
    }
}
