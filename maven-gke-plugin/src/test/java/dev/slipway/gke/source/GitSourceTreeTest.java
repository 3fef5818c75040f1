package dev.slipway.gke.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Lineage;
import dev.slipway.gke.model.SourceState;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEditor;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.revwalk.RevCommit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The state of the sources")
class GitSourceTreeTest {
    private final GitSourceTree sources = new GitSourceTree();

    @TempDir
    Path temp;

    private Path tree;
    private Git git;

    @BeforeEach
    void repository() throws Exception {
        tree = Files.createDirectory(temp.resolve("repository"));
        git = Git.init().setDirectory(tree.toFile()).call();
        StoredConfig config = git.getRepository().getConfig();
        config.setString("user", null, "name", "Tester");
        config.setString("user", null, "email", "tester@example.com");
        config.setBoolean("commit", null, "gpgsign", false);
        config.save();
    }

    @AfterEach
    void close() {
        git.close();
    }

    @Test
    @DisplayName("is the commit alone if nothing differs from it")
    void clean() throws Exception {
        write("a.txt", "a");
        write("folder/run.sh", "#!/bin/sh");
        tree.resolve("folder/run.sh").toFile().setExecutable(true);
        RevCommit commit = commitAll();

        SourceState state = sources.state(tree);

        assertThat(state.commit()).contains(commit.name());
        assertThat(state.changes()).isEmpty();
        assertThat(state.tag()).isEqualTo(commit.name());
    }

    @Test
    @DisplayName("is that of the whole repository, from any folder in it")
    void fromBelow() throws Exception {
        write("a.txt", "a");
        write("module/src/b.txt", "b");
        commitAll();
        write("a.txt", "changed");

        assertThat(sources.state(tree.resolve("module/src"))).isEqualTo(sources.state(tree));
        assertThat(sources.state(tree).changes())
                .hasValueSatisfying(hash -> assertThat(hash).matches("[0-9a-f]{12}"));
    }

    @Nested
    @DisplayName("differs for")
    class Differs {
        private String before;

        @BeforeEach
        void commit() throws Exception {
            write("a.txt", "one");
            write("b.txt", "two");
            write(".gitignore", "*.log\nout/\n");
            commitAll();
            assertThat(sources.state(tree).changes()).isEmpty();
            write("b.txt", "two and a bit");
            before = changes();
        }

        @Test
        @DisplayName("changed content, staged or not, and alike in both cases")
        void content() throws Exception {
            write("a.txt", "uno");
            String unstaged = changes();
            git.add().addFilepattern("a.txt").call();

            assertThat(unstaged).isNotEqualTo(before);
            assertThat(changes()).isEqualTo(unstaged);
            write("a.txt", "due");
            assertThat(changes()).isNotEqualTo(unstaged);
        }

        @Test
        @DisplayName("content of the same length and time")
        void sameLengthAndTime() throws Exception {
            FileTime time = Files.getLastModifiedTime(tree.resolve("a.txt"));
            write("a.txt", "eno");
            Files.setLastModifiedTime(tree.resolve("a.txt"), time);

            assertThat(changes()).isNotEqualTo(before);
        }

        @Test
        @DisplayName("a new file that is not ignored, and its name")
        void untracked() throws Exception {
            write("new/c.txt", "three");
            String one = changes();
            Files.move(tree.resolve("new/c.txt"), tree.resolve("new/d.txt"));

            assertThat(one).isNotEqualTo(before);
            assertThat(changes()).isNotEqualTo(one).isNotEqualTo(before);
        }

        @Test
        @DisplayName("a deleted file")
        void deleted() throws Exception {
            Files.delete(tree.resolve("a.txt"));

            assertThat(changes()).isNotEqualTo(before);
        }

        @Test
        @DisplayName("a file that became a program, or a link, or a folder")
        void kind() throws Exception {
            tree.resolve("a.txt").toFile().setExecutable(true);
            String program = changes();
            Files.delete(tree.resolve("a.txt"));
            Files.createSymbolicLink(tree.resolve("a.txt"), Path.of("one"));
            String link = changes();
            Files.delete(tree.resolve("a.txt"));
            write("a.txt/inside", "one");
            String folder = changes();

            assertThat(Stream.of(before, program, link, folder).distinct()).hasSize(4);
        }

        @Test
        @DisplayName("an ignored file that was added by force")
        void forced() throws Exception {
            write("notes.log", "kept");
            assertThat(changes()).isEqualTo(before);
            addToIndex("notes.log");

            assertThat(changes()).isNotEqualTo(before);
        }

        @Test
        @DisplayName("a committed file in a folder that is ignored, but not for its neighbours")
        void committedInIgnoredFolder() throws Exception {
            write("out/kept.txt", "kept");
            addToIndex("out/kept.txt");
            git.commit().setMessage("kept").call();
            before = changes();

            write("out/neighbour.txt", "ignored");
            write("out/below/neighbour.txt", "ignored");
            assertThat(changes()).isEqualTo(before);
            write("out/kept.txt", "changed");
            assertThat(changes()).isNotEqualTo(before);
        }

        @Test
        @DisplayName("a change in a folder that somebody made a repository of")
        void repositoryInFolder() throws Exception {
            write("module/c.txt", "three");
            commitAll();
            Git.init().setDirectory(tree.resolve("module").toFile()).call().close();
            before = changes();
            assertThat(before).isEmpty();
            write("module/c.txt", "drei");

            assertThat(changes()).isNotEqualTo(before);
        }

        @Test
        @DisplayName("a change that the index was told not to look at")
        void assumeUnchanged() throws Exception {
            DirCache index = git.getRepository().lockDirCache();
            index.getEntry("a.txt").setAssumeValid(true);
            index.write();
            index.commit();
            write("a.txt", "changed");

            assertThat(changes()).isNotEqualTo(before);
        }
    }

    @Nested
    @DisplayName("is the same in spite of")
    class IsTheSame {
        @Test
        @DisplayName("times, and the order in which things were written")
        void timesAndOrder() throws Exception {
            write("a.txt", "a");
            commitAll();
            write("x/1", "1");
            write("y", "2");
            write("x.y", "3");
            String one = changes();
            for (String path : new String[] {"x/1", "y", "x.y"}) {
                Files.delete(tree.resolve(path));
            }
            write("x.y", "3");
            write("y", "2");
            write("x/1", "1");
            Files.setLastModifiedTime(tree.resolve("y"), FileTime.from(Instant.EPOCH));
            Files.setLastModifiedTime(tree.resolve("a.txt"), FileTime.from(Instant.EPOCH));

            assertThat(changes()).isEqualTo(one);
        }

        @Test
        @DisplayName("a change that was undone")
        void undone() throws Exception {
            write("a.txt", "a");
            commitAll();
            write("a.txt", "b");
            git.add().addFilepattern("a.txt").call();
            write("a.txt", "a");

            assertThat(sources.state(tree).changes()).isEmpty();
        }

        @Test
        @DisplayName("what Git ignores: files, folders, and what the clone alone excludes")
        void ignored() throws Exception {
            write(".gitignore", "target/\n*.class\n!Kept.class\n");
            write("a.txt", "a");
            commitAll();
            write("target/classes/A.txt", "1");
            write("B.class", "2");
            write("folder/C.class", "2");
            Files.createDirectories(tree.resolve(".git/info"));
            Files.writeString(tree.resolve(".git/info/exclude"), "private.txt\n");
            write("private.txt", "3");

            assertThat(sources.state(tree).changes()).isEmpty();
            write("Kept.class", "2");
            assertThat(sources.state(tree).changes()).isPresent();
        }

        @Test
        @DisplayName("line ends that the attributes make alike, and those that were committed wrongly")
        void lineEnds() throws Exception {
            write("wrong.txt", "a\r\nb\r\n");
            write("right.txt", "a\nb\n");
            commitAll();
            write(".gitattributes", "*.txt text=auto\n");
            commitAll();
            assertThat(sources.state(tree).changes()).isEmpty();

            write("right.txt", "a\r\nb\r\n");
            assertThat(sources.state(tree).changes()).isEmpty();
        }

        @Test
        @DisplayName("permissions, where the repository does not track them")
        void fileModeOff() throws Exception {
            write("a.txt", "a");
            commitAll();
            StoredConfig config = git.getRepository().getConfig();
            config.setBoolean("core", null, "filemode", false);
            config.save();
            tree.resolve("a.txt").toFile().setExecutable(true);

            assertThat(sources.state(tree).changes()).isEmpty();
        }

        @Test
        @DisplayName("submodules and repositories inside the repository")
        void submodules() throws Exception {
            write("a.txt", "a");
            commitAll();
            Path inner = Files.createDirectory(tree.resolve("inner"));
            try (Git other = Git.init().setDirectory(inner.toFile()).call()) {
                Files.writeString(inner.resolve("x"), "x");
                assertThat(other.status().call().isClean()).isFalse();
            }

            assertThat(sources.state(tree).changes()).isEmpty();
        }
    }

    @Test
    @DisplayName("has no commit before the first one, and counts every file")
    void beforeFirstCommit() throws Exception {
        write("a.txt", "a");

        SourceState state = sources.state(tree);

        assertThat(state.commit()).isEmpty();
        assertThat(state.tag()).matches("nocommit-dirty-[0-9a-f]{12}");
        write("a.txt", "b");
        assertThat(sources.state(tree)).isNotEqualTo(state);
    }

    @Test
    @DisplayName("has no commit outside a repository, and counts the files that are no build's")
    void noRepository() throws Exception {
        Path folder = Files.createDirectory(temp.resolve("plain"));
        Files.writeString(folder.resolve("pom.xml"), "<project/>");
        SourceState before = sources.state(folder);

        Files.createDirectories(folder.resolve("module/target/classes"));
        Files.writeString(folder.resolve("module/target/classes/A.class"), "x");

        assertThat(before.commit()).isEmpty();
        assertThat(sources.state(folder)).isEqualTo(before);
        Files.writeString(folder.resolve("module/pom.xml"), "<project/>");
        assertThat(sources.state(folder)).isNotEqualTo(before);
    }

    @Test
    @DisplayName("stands after the commits that it holds, before those that hold it, and apart from another branch's")
    void lineage() throws Exception {
        write("a.txt", "1");
        RevCommit first = commitAll();
        write("a.txt", "2");
        RevCommit second = commitAll();
        assertThat(sources.lineage(tree, second.name())).isEqualTo(Lineage.SAME);
        assertThat(sources.lineage(tree, first.name())).isEqualTo(Lineage.AFTER);
        git.checkout()
                .setName("other")
                .setCreateBranch(true)
                .setStartPoint(first)
                .call();
        assertThat(sources.lineage(tree, second.name())).isEqualTo(Lineage.BEFORE);
        write("b.txt", "3");
        commitAll();
        assertThat(sources.lineage(tree, second.name())).isEqualTo(Lineage.APART);
        assertThat(sources.lineage(tree, "f".repeat(40))).isEqualTo(Lineage.UNKNOWN);
        assertThat(sources.lineage(tree, "no commit")).isEqualTo(Lineage.UNKNOWN);
        // As after `git clone --depth 1`: the past of this branch is not there.
        Files.writeString(
                tree.resolve(".git/shallow"),
                git.getRepository().resolve("HEAD").name() + "\n");
        assertThat(sources.lineage(tree, second.name())).isEqualTo(Lineage.UNKNOWN);
    }

    @Test
    @DisplayName("is read in a linked working tree, whose .git is a file")
    void linkedWorkingTree() throws Exception {
        write("a.txt", "a");
        RevCommit first = commitAll();
        write("a.txt", "b");
        commitAll();
        Path linked = linkedWorkingTree(first);

        assertThat(sources.state(linked))
                .isEqualTo(new SourceState(
                        Optional.of(first.name()),
                        Optional.of(Instant.ofEpochSecond(first.getCommitTime())),
                        Optional.empty()));
        Files.writeString(linked.resolve("a.txt"), "c");
        assertThat(sources.state(linked).changes()).isPresent();
    }

    @Test
    @DisplayName("cannot be read from a repository that is broken, and the failure says where")
    void broken() throws Exception {
        write("a.txt", "a");
        commitAll();
        Files.writeString(tree.resolve(".git/HEAD"), "0123456789012345678901234567890123456789\n");

        assertThatThrownBy(() -> sources.state(tree)).isInstanceOfSatisfying(DeployFailure.class, failure -> {
            assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_UNREADABLE);
            assertThat(failure.where()).isEqualTo(tree.toString());
        });
    }

    @Test
    @DisplayName("takes a link for what it is, also one that leads to itself; a folder that is one cannot be read")
    void linkToItself() throws Exception {
        write("a.txt", "a");
        commitAll();
        Files.delete(tree.resolve("a.txt"));
        // A link to itself: even root cannot read through it. A folder of that name would be another case.
        Files.createSymbolicLink(tree.resolve("loop"), Path.of("loop"));

        assertThat(sources.state(tree).changes()).isPresent();
        assertThatThrownBy(() -> sources.state(tree.resolve("loop")))
                .isInstanceOfSatisfying(
                        DeployFailure.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.SOURCE_UNREADABLE));
    }

    @Test
    @DisplayName("is read without a trace: nothing in the repository, nothing in the user's folders")
    void noTrace() throws Exception {
        write("a.txt", "a");
        commitAll();
        write("a.txt", "b");
        Path home = Path.of(System.getProperty("user.home"));
        boolean hadConfig = Files.exists(home.resolve(".config/jgit"));
        Map<String, FileTime> before = files();

        Instant start = Instant.now();
        sources.state(tree);

        assertThat(files()).isEqualTo(before);
        assertThat(Files.exists(home.resolve(".config/jgit"))).isEqualTo(hadConfig);
        assertThat(Instant.now()).isBefore(start.plusSeconds(2));
    }

    private String changes() {
        return sources.state(tree).changes().orElse("");
    }

    private void write(String path, String content) throws IOException {
        Path file = tree.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private RevCommit commitAll() throws GitAPIException {
        git.add().addFilepattern(".").call();
        git.add().addFilepattern(".").setUpdate(true).call();
        return git.commit().setMessage("test").call();
    }

    /** {@code git add --force}, which JGit has not. */
    private void addToIndex(String path) throws IOException {
        var repository = git.getRepository();
        try (var inserter = repository.newObjectInserter()) {
            var id = inserter.insert(Constants.OBJ_BLOB, Files.readAllBytes(tree.resolve(path)));
            inserter.flush();
            DirCache index = repository.lockDirCache();
            var editor = index.editor();
            editor.add(new DirCacheEditor.PathEdit(path) {
                @Override
                public void apply(DirCacheEntry entry) {
                    entry.setFileMode(FileMode.REGULAR_FILE);
                    entry.setObjectId(id);
                }
            });
            editor.commit();
        }
    }

    /** What {@code git worktree add} makes, which JGit cannot make. */
    private Path linkedWorkingTree(RevCommit commit) throws IOException {
        Path linked = Files.createDirectory(temp.resolve("linked"));
        Path administration = Files.createDirectories(tree.resolve(".git/worktrees/linked"));
        Files.writeString(administration.resolve("HEAD"), commit.name() + "\n");
        Files.writeString(administration.resolve("commondir"), "../..\n");
        Files.writeString(administration.resolve("gitdir"), linked.resolve(".git") + "\n");
        Files.writeString(linked.resolve(".git"), "gitdir: " + administration + "\n");
        Files.writeString(linked.resolve("a.txt"), "a");
        return linked;
    }

    private Map<String, FileTime> files() throws IOException {
        Map<String, FileTime> files = new TreeMap<>();
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                files.put(file.toString(), attributes.lastModifiedTime());
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
                files.put(folder.toString(), Files.getLastModifiedTime(folder));
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }
}
