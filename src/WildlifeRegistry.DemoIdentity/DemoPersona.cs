namespace WildlifeRegistry.DemoIdentity;

/// <summary>One invented officer of the demo: never a real person.</summary>
public sealed record DemoPersona(string Name, string Agency, string Role);
