using System.Runtime.InteropServices;

namespace WildlifeRegistry.Hosting;

/// <summary>
/// SIGTERM and Ctrl+C from the first moment on: heard before a verb begins, because what a verb does before its first
/// wait would otherwise end on the spot, with what it had half made left lying.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private const int Interrupted = 128 + 2, Terminated = 128 + 15; // as a shell counts what a signal has ended

    private readonly CancellationTokenSource stop = new();
    private readonly PosixSignalRegistration[] heard;

    public StopSignal() => heard = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];

    public CancellationToken Token => stop.Token;

    /// <summary>How a program ends that was told to stop before it was done.</summary>
    public int ExitCode { get; private set; } = Interrupted;

    public void Dispose()
    {
        Array.ForEach(heard, registration => registration.Dispose());
        stop.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        ExitCode = signal.Signal == PosixSignal.SIGTERM ? Terminated : Interrupted;
        stop.Cancel();
    }
}
