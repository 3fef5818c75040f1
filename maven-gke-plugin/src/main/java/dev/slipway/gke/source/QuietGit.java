package dev.slipway.gke.source;

import java.io.File;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.storage.file.UserConfigFile;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;

/**
 * Git's configuration as it is on the machine, read and never written. Left alone, JGit would spend three seconds on measuring the
 * clock of the file system, with probe files inside the repository, and would keep the result in the user's {@code ~/.config/jgit}.
 */
final class QuietGit extends SystemReader.Delegate {
    private static final long COARSE = TimeUnit.SECONDS.toNanos(2);

    private QuietGit(SystemReader machine) {
        super(machine);
    }

    /** Makes JGit quiet in this class loader; nothing happens the second time. */
    static synchronized void install() {
        SystemReader current = SystemReader.getInstance();
        if (!(current instanceof QuietGit)) {
            SystemReader.setInstance(new QuietGit(current));
        }
    }

    @Override
    public FileBasedConfig openUserConfig(Config parent, FS fs) {
        File home = new File(fs.userHome(), ".gitconfig");
        Path xdg = getXdgConfigDirectory(fs);
        File other = xdg == null
                ? new File(fs.userHome(), ".config/git/config")
                : xdg.resolve("git").resolve("config").toFile();
        return new UserConfigFile(parent, home, other, fs) {
            @Override
            public long getTimeUnit(String section, String subsection, String name, long otherwise, TimeUnit unit) {
                if (ConfigConstants.CONFIG_FILESYSTEM_SECTION.equals(section)) {
                    return ConfigConstants.CONFIG_KEY_TIMESTAMP_RESOLUTION.equals(name)
                            ? unit.convert(COARSE, TimeUnit.NANOSECONDS)
                            : 0;
                }
                return super.getTimeUnit(section, subsection, name, otherwise, unit);
            }
        };
    }

    @Override
    public FileBasedConfig openJGitConfig(Config parent, FS fs) {
        return new FileBasedConfig(parent, null, fs) {
            @Override
            public void load() {
                // There is none.
            }

            @Override
            public boolean isOutdated() {
                return false;
            }

            @Override
            public void save() {
                // Nor will there be.
            }
        };
    }
}
