namespace WildlifeRegistry.Access;

/// <summary>How much of a record a reader may see. The numbers are the order, and what engines store and compare.</summary>
public enum Level
{
    /// <summary>Nothing, ever: the same bytes as for a record that does not exist.</summary>
    None = 0,

    /// <summary>Nothing in any ordinary read; a check may say that something exists.</summary>
    Hit = 1,

    /// <summary>The properties declared open.</summary>
    Sanitised = 2,

    Full = 3,
}

/// <summary>What an officer is here to do. ADMIN and AUDITOR are never combined with another role.</summary>
public enum Role
{
    Officer,
    Analyst,
    Prosecutor,
    Liaison,
    Admin,
    Auditor,
    Observer,
}
