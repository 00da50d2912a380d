using WildlifeRegistry.Records;

namespace WildlifeRegistry.Access;

/// <summary>The rule of who sees what: one pure function, no exceptions.</summary>
public static class Visibility
{
    /// <summary>
    /// The level that a reader has on records of a kind under an audience at a time: the lowest of what the roles
    /// may see and of the best release that names the reader and has not ended. None if nothing matches.
    /// </summary>
    public static Level LevelFor(Reader reader, RecordKind kind, Audience audience, DateTimeOffset now)
    {
        var cap = Cap(reader, kind);
        if (kind.IsReference() != audience.IsReference)
        {
            return Level.None; // an audience of the one class on a record of the other: fail closed
        }

        if (audience.IsReference)
        {
            return cap;
        }

        var best = LevelFor(reader.Tokens, audience, now);
        return best < cap ? best : cap;
    }

    /// <summary>The best release under an audience that names one of the tokens and has not ended, whatever the roles behind them.</summary>
    public static Level LevelFor(IReadOnlySet<Token> tokens, Audience audience, DateTimeOffset now)
    {
        var best = Level.None;
        foreach (var release in audience.Releases)
        {
            if (release.Level > best && (release.Until is null || now < release.Until) && tokens.Contains(release.To))
            {
                best = release.Level;
            }
        }

        return best;
    }

    /// <summary>The most that the reader's roles may see of a kind.</summary>
    public static Level Cap(Reader reader, RecordKind kind)
    {
        if (kind.IsReference())
        {
            return Level.Full;
        }

        var cap = Level.None;
        foreach (var role in reader.Roles)
        {
            var one = role switch
            {
                Role.Officer or Role.Analyst or Role.Prosecutor or Role.Liaison => Level.Full,
                Role.Observer => Level.Sanitised,
                Role.Admin or Role.Auditor => Level.None,
                _ => Level.None,
            };
            cap = one > cap ? one : cap;
        }

        return cap;
    }
}
