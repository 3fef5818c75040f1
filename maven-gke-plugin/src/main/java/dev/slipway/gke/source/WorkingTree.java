package dev.slipway.gke.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.eclipse.jgit.dircache.DirCacheIterator;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.AbstractTreeIterator;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.FileTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.TreeWalk.OperationType;
import org.jspecify.annotations.Nullable;

/**
 * The working tree against the commit, by content. Every file is read: the index could say which have not changed, but it goes by
 * time and size, and takes people's word for it ({@code assume-unchanged}).
 */
final class WorkingTree {
    private static final int HEAD = 0;
    private static final int INDEX = 1;
    private static final int WORK = 2;

    private final boolean programsMatter;
    private final boolean linksAreLinks;
    private final ChangeHash changes = new ChangeHash();

    private WorkingTree(Repository repository) {
        boolean fileMode = repository
                .getConfig()
                .getBoolean(ConfigConstants.CONFIG_CORE_SECTION, ConfigConstants.CONFIG_KEY_FILEMODE, true);
        this.programsMatter = fileMode && repository.getFS().supportsExecute();
        this.linksAreLinks = repository.getFS().supportsSymlinks();
    }

    /**
     * {@return what differs}
     *
     * @param head the commit; null before the first one
     */
    static ChangeHash changes(Repository repository, @Nullable ObjectId head) throws IOException {
        WorkingTree tree = new WorkingTree(repository);
        try (TreeWalk walk = new TreeWalk(repository);
                RevWalk commits = new RevWalk(repository)) {
            walk.setOperationType(OperationType.CHECKIN_OP);
            if (head == null) {
                walk.addTree(new EmptyTreeIterator());
            } else {
                walk.addTree(commits.parseCommit(head).getTree());
            }
            walk.addTree(new DirCacheIterator(repository.readDirCache()));
            FileTreeIterator work = new FileTreeIterator(repository, FileTreeIterator.NoGitlinksStrategy.INSTANCE);
            work.setWalkIgnoredDirectories(true);
            walk.addTree(work);
            // Through this link it finds the attributes; led to the index itself, it would go by times.
            work.setDirCacheIterator(walk, walk.addTree(new EmptyTreeIterator()));
            while (walk.next()) {
                tree.visit(walk);
            }
        }
        return tree.changes;
    }

    private void visit(TreeWalk walk) throws IOException {
        @Nullable AbstractTreeIterator head = walk.getTree(HEAD, AbstractTreeIterator.class);
        @Nullable DirCacheIterator index = walk.getTree(INDEX, DirCacheIterator.class);
        @Nullable FileTreeIterator work = walk.getTree(WORK, FileTreeIterator.class);
        boolean known = head != null || index != null;
        if (isSubmodule(head) || isSubmodule(index)) {
            return;
        }
        if (!known && work != null && isRepository(work.getEntryFile().toPath())) {
            // A submodule, or a repository that somebody keeps here.
            // In a folder of ours it would hide none of our files.
            return;
        }
        if (!known && (work == null || work.isEntryIgnored())) {
            return;
        }
        if (walk.isSubtree()) {
            if (work != null) {
                requireReadable(work.getEntryFile().toPath());
            }
            walk.enterSubtree();
            return;
        }
        String path = walk.getPathString();
        if (work == null) {
            boolean leftOut = index != null && index.getDirCacheEntry().isSkipWorkTree();
            if (head != null && !leftOut) {
                changes.add(path, "gone");
            }
            return;
        }
        ObjectId content = work.getEntryObjectId();
        if (content.equals(ObjectId.zeroId())) {
            throw new IOException(path + " cannot be read");
        }
        FileMode mode = mode(work, head);
        if (head == null || !mode.equals(head.getEntryFileMode()) || !same(head.getEntryObjectId(), content, work)) {
            changes.add(path, mode + " " + content.name());
        }
    }

    /** Files that were committed with CRLF, although the attributes say otherwise, are as Git has them if they have them still. */
    private static boolean same(ObjectId committed, ObjectId content, FileTreeIterator work) throws IOException {
        if (committed.equals(content)) {
            return true;
        }
        Path file = work.getEntryFile().toPath();
        if (Files.isSymbolicLink(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file);
                ObjectInserter.Formatter formatter = new ObjectInserter.Formatter()) {
            return committed.equals(formatter.idFor(Constants.OBJ_BLOB, Files.size(file), in));
        }
    }

    /** Where the file system has no such thing as a program or a link, the commit says what is one. */
    private FileMode mode(FileTreeIterator work, @Nullable AbstractTreeIterator head) {
        FileMode mode = work.getEntryFileMode();
        if (head == null) {
            return mode;
        }
        FileMode committed = head.getEntryFileMode();
        boolean program = FileMode.EXECUTABLE_FILE.equals(committed) || FileMode.EXECUTABLE_FILE.equals(mode);
        boolean link = FileMode.SYMLINK.equals(committed) && FileMode.REGULAR_FILE.equals(mode);
        boolean bothFiles = !FileMode.SYMLINK.equals(committed) && !FileMode.SYMLINK.equals(mode);
        return (program && bothFiles && !programsMatter) || (link && !linksAreLinks) ? committed : mode;
    }

    private static boolean isSubmodule(@Nullable AbstractTreeIterator entry) {
        return entry != null && FileMode.GITLINK.equals(entry.getEntryRawMode());
    }

    private static boolean isRepository(Path folder) {
        return Files.exists(folder.resolve(Constants.DOT_GIT), LinkOption.NOFOLLOW_LINKS);
    }

    /** JGit takes a folder that it may not read for an empty one. */
    private static void requireReadable(Path folder) throws IOException {
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) && !Files.isReadable(folder)) {
            throw new IOException(folder + " cannot be read");
        }
    }
}
