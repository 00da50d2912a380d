namespace WildlifeRegistry.Storage;

/// <summary>What was told to stop before it was done, and left something: the message says what, and how to go on.</summary>
public sealed class StoppedException(string message, OperationCanceledException cause) : OperationCanceledException(message, cause);
