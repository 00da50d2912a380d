namespace WildlifeRegistry.Storage;

/// <summary>Files with content of the registry: for the registry's own user alone.</summary>
public static class Private
{
    /// <summary>A file that is made anew.</summary>
    public static FileStreamOptions New => Options(FileMode.Create, FileOptions.None);

    /// <summary>A file that must not be there yet.</summary>
    public static FileStreamOptions First => Options(FileMode.CreateNew, FileOptions.None);

    /// <summary>A file that is made where there is none.</summary>
    public static FileStreamOptions Kept => Options(FileMode.OpenOrCreate, FileOptions.None);

    /// <summary>A file that is made anew, and is gone once it is closed.</summary>
    public static FileStreamOptions Passing => Options(FileMode.CreateNew, FileOptions.DeleteOnClose);

    /// <summary>The folder, made where it is not there.</summary>
    public static string Folder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    private static FileStreamOptions Options(FileMode mode, FileOptions options)
    {
        var made = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.Read, Options = options | FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            made.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return made;
    }
}
