package dev.slipway.gke.model;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an image: {@code registry/repository}, and a tag or a digest, after the grammar of the OCI distribution
 * specification.
 *
 * @param registry host and port of the registry, {@code docker.io} where the text names none
 * @param repository path in the registry
 * @param tag the tag, if it has one
 * @param digest the digest, if it is pinned
 */
public record ImageReference(String registry, String repository, Optional<String> tag, Optional<ImageDigest> digest) {
    private static final Pattern SHAPE =
            Pattern.compile("(?<path>[a-zA-Z0-9.-]+(?::[0-9]+)?(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*)"
                    + "(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?");

    /**
     * Reads {@code [registry/]repository[:tag][@digest]}.
     *
     * @throws IllegalArgumentException if it is none, or has neither tag nor digest
     */
    public static ImageReference parse(String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no image name, such as docker.io/acme/ml-service:1.0");
        }
        String path = matcher.group("path");
        String tag = matcher.group("tag");
        int slash = path.indexOf('/');
        String first = slash < 0 ? "" : path.substring(0, slash);
        boolean named = first.contains(".") || first.contains(":") || first.equals("localhost");
        String registry = named ? first : "docker.io";
        String repository = named ? path.substring(slash + 1) : path;
        if (slash < 0 && path.contains(":")) {
            // `name:123` without a slash: what looks like a port is a tag of digits.
            int colon = path.indexOf(':');
            repository = path.substring(0, colon);
            tag = path.substring(colon + 1);
        }
        if (registry.equals("docker.io") && !repository.contains("/")) {
            repository = "library/" + repository;
        }
        if (!repository.equals(repository.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("'" + text + "' has upper case letters in its repository");
        }
        String digest = matcher.group("digest");
        if (tag == null && digest == null) {
            throw new IllegalArgumentException("'" + text + "' names neither a tag nor a digest");
        }
        return new ImageReference(
                registry,
                repository,
                Optional.ofNullable(tag),
                Optional.ofNullable(digest).map(ImageDigest::new));
    }

    /** {@return registry and repository, without tag and digest} */
    public String name() {
        return registry + "/" + repository;
    }

    @Override
    public String toString() {
        return name()
                + tag.map(t -> ":" + t).orElse("")
                + digest.map(d -> "@" + d.value()).orElse("");
    }
}
