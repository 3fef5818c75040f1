package dev.slipway.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What all tests share, each thing made when it is first asked for: a copy of the checkout, the cluster that the first deploy to
 * {@code local} brought up, Google, Docker, Helm. Ends what it started; the cluster stays, as it does for a user.
 */
final class Workshop implements AutoCloseable {
    /** Files of the local repository larger than this are linked, not copied: jars, which nobody changes. */
    private static final long LINKED = 64 << 10;

    private static final List<String> NAMESPACES =
            List.of("local", "dev", "staging", "prod", "preview-pr-1", "shop", "alone", "alone-both");

    private final Path source = Path.of(property("e2e.checkout"));
    private final Path target = Path.of(property("e2e.target"));
    private final Instant began = Instant.now();
    private @Nullable Checkout checkout;
    private @Nullable Checkout otherCheckout;
    private @Nullable Cluster cluster;
    private @Nullable Google google;
    private @Nullable CommandLines commandLines;
    private @Nullable Engine engine;
    private @Nullable List<HelmBinary> helms;
    private @Nullable Path repository;
    private boolean pluginInstalled;
    private boolean faultyPushed;

    Workshop() {
        Narrator.say("logs in " + source.relativize(logs()));
        try {
            Checkout.deleteTree(logs());
            Checkout.deleteTree(evidence());
            Checkout.deleteTree(target.resolve("work"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Takes away what earlier runs, or a person, have released to the namespaces of the tests, so that the first deploy to each
     * has something to do. Only the local cluster is ever touched; if it is not up, there is nothing to take away.
     */
    void startFromNothing() {
        if (isUp()) {
            Narrator.say("taking earlier releases out of " + NAMESPACES);
            new Cluster(source.resolve("local-cluster"))
                    .kubectl("delete", "namespace", "--ignore-not-found", "--timeout=180s")
                    .and(NAMESPACES.toArray(new String[0]))
                    .text();
        }
    }

    private boolean isUp() {
        return Program.of(source.resolve("local-cluster/status").toString())
                        .run()
                        .exitCode()
                == 0;
    }

    static String property(String name) {
        return Objects.requireNonNull(System.getProperty(name), () -> "system property " + name + " is not set");
    }

    /** {@return when the tests began} */
    Instant began() {
        return began;
    }

    /** {@return the checkout that is tested; nothing in it is changed} */
    Path source() {
        return source;
    }

    /** {@return {@code e2e/target}} */
    Path target() {
        return target;
    }

    /** {@return where Maven's logs are kept} */
    Path logs() {
        return target.resolve("logs");
    }

    /** {@return where the evidence of failures is kept} */
    Path evidence() {
        return target.resolve("evidence");
    }

    /** {@return the scripts that start and build what the tests need} */
    Path tools() {
        return source.resolve("e2e/tools");
    }

    /** {@return the copy of the checkout that most tests share} */
    Checkout checkout() {
        Checkout made = checkout;
        if (made == null) {
            made = newCheckout("slipway", repository());
            checkout = made;
        }
        return made;
    }

    /** {@return another copy of the checkout, by another colleague: when it is first asked for, nothing of it is built or installed} */
    Checkout otherCheckout() {
        Checkout made = otherCheckout;
        if (made == null) {
            // What earlier builds have downloaded is in its repository, so that it can do without a network.
            made = newCheckout("fresh", newRepository("fresh-repository", repository()));
            otherCheckout = made;
        }
        return made;
    }

    /** {@return a copy of the checkout, made now, of which nothing is built or installed} */
    Checkout freshCheckout(String name) {
        return newCheckout(name, newRepository(name + "-repository", repository()));
    }

    private Checkout newCheckout(String name, Path localRepository) {
        return Checkout.copyOf(source, target.resolve("work").resolve(name), logs(), localRepository);
    }

    /** {@return the local cluster, which is up: a deploy to {@code local} has been run, or is run now} */
    Cluster cluster() {
        Cluster known = cluster;
        if (known == null) {
            if (!isUp()) {
                checkout().mvn("deploy -Plocal").verified().succeeds();
            }
            known = new Cluster(source.resolve("local-cluster"));
            cluster = known;
        }
        return known;
    }

    /** {@return the local cluster if a test has asked for it} */
    @Nullable
    Cluster clusterIfKnown() {
        return cluster;
    }

    /** {@return the registry of the local cluster} */
    Registry registry() {
        cluster();
        return new Registry("http://localhost:5000");
    }

    /** {@return Google, which lets the service account into the local cluster} */
    Google google() {
        Google running = google;
        if (running == null) {
            running = Google.start(cluster(), source.resolve("docs/deployer-role.yaml"));
            google = running;
            commandLines = new CommandLines(running::secretLeaksInto);
        }
        return running;
    }

    /** {@return the command lines of this machine since Google was started} */
    CommandLines commandLines() {
        google();
        return Objects.requireNonNull(commandLines);
    }

    /** {@return a Docker engine} */
    Engine engine() {
        Engine running = engine;
        if (running == null) {
            running = Engine.start(tools());
            engine = running;
        }
        return running;
    }

    /** {@return Helm 3 and Helm 4} */
    List<HelmBinary> helms() {
        List<HelmBinary> built = helms;
        if (built == null) {
            Narrator.say("Helm 3 and Helm 4, built from source the first time");
            built = HelmBinary.build(tools(), cluster().kubeconfig());
            helms = built;
        }
        return built;
    }

    /** {@return the local Maven repository of most tests: the user's, without this product, and what the tests put there} */
    Path repository() {
        Path made = repository;
        if (made == null) {
            made = newRepository("repository", Path.of(property("e2e.mavenRepository")));
            repository = made;
        }
        return made;
    }

    /** Puts the plugin of the copy into its local repository, as {@code mvn install} does, unless that is done. */
    void installPlugin() {
        if (!pluginInstalled) {
            checkout().mvn("install -pl maven-gke-plugin -am").verified().succeeds();
            pluginInstalled = true;
        }
    }

    /** {@return the project that deploys a service that goes wrong on purpose, into a new namespace} */
    Faulty faulty(String namespace) {
        installPlugin();
        cluster();
        if (!faultyPushed) {
            Program.of(tools().resolve("faulty-up").toString()).text();
            faultyPushed = true;
        }
        return Faulty.in(this, namespace);
    }

    private Path newRepository(String name, Path from) {
        Narrator.say("a local repository of our own: " + name);
        Path made = target.resolve("work").resolve(name);
        copyRepository(from, made);
        return made;
    }

    /**
     * {@return a deploy to one of Google's environments: the emulator in the place of Google, the local registry in the place of
     * Docker Hub}
     */
    MavenCommand toGoogle(String documented) {
        return checkout()
                .mvn(documented)
                .with(
                        "-Dgke.googleEndpoint=http://127.0.0.1:" + Google.PORT,
                        "-Dimage.registry=localhost:5000",
                        "-Dimage.insecure=true",
                        "-Dimage.base=localhost:5000/slipway/java25:1");
    }

    @Override
    public void close() {
        if (commandLines != null) {
            commandLines.close();
        }
        if (google != null) {
            google.close();
        }
        if (engine != null) {
            engine.close();
        }
        Narrator.say("done");
    }

    private static void copyRepository(Path from, Path to) {
        Path own = from.resolve("dev/slipway");
        try {
            Files.walkFileTree(from, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                        throws IOException {
                    if (folder.equals(own)) {
                        return FileVisitResult.SKIP_SUBTREE;
                    }
                    Files.createDirectories(to.resolve(from.relativize(folder)));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Path copy = to.resolve(from.relativize(file));
                    if (attributes.size() > LINKED && Files.getFileStore(file).equals(Files.getFileStore(to))) {
                        Files.createLink(copy, file);
                    } else {
                        Files.copy(file, copy);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
