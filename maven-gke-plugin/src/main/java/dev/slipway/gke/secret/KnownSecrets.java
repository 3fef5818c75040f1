package dev.slipway.gke.secret;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The secrets that one run knows word for word: of its environment, of the Secret objects it releases. Whatever the run tells or
 * writes goes through {@link #hide}. Used by several threads.
 */
public final class KnownSecrets {
    /** Shorter texts are words such as {@code true} or {@code ml}; hiding them would make holes in every sentence. */
    private static final int SHORTEST = 6;

    private static final Pattern SECRET_NAME = Pattern.compile(
            "pass(word|wd|phrase)?|secret|token|credential|api_?-?key|private|_key$|auth", Pattern.CASE_INSENSITIVE);

    private static final Pattern PAIR = Pattern.compile(
            "(?m)(?:^\\s*|[\"'])(?<name>[\\w.-]+)[\"']?\\s*[:=]\\s*(?:[\"'](?<quoted>[^\"'\\n]+)[\"']|(?<bare>[^\\s\"'{\\[]\\S*)\\s*$)");

    /** Letters and digits, together and long. */
    private static final Pattern RANDOM = Pattern.compile("(?=\\S*\\d)(?=\\S*\\p{L})\\S{8,}");

    /** The longest first, so that a text within another does not spoil it. */
    private final Set<String> texts =
            new TreeSet<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    /** Hides this text from now on, each of its longer lines by itself too, and its Base64, as Secret objects have it. */
    public synchronized void learn(String secret) {
        String text = secret.strip();
        if (text.length() < SHORTEST) {
            return;
        }
        texts.add(text);
        texts.add(Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8)));
        // A key is written with its line breaks, or with \n in their place as in JSON, or line by line.
        text.replace("\\n", "\n")
                .lines()
                .map(String::strip)
                .filter(line -> line.length() >= 4 * SHORTEST && !line.startsWith("-----"))
                .forEach(texts::add);
    }

    /**
     * Hides what a Secret object holds, and if that is a document of pairs, as JSON, YAML or properties, what is secret in it: by
     * its name, or because it looks like nothing that anybody would say.
     */
    public void learnDocument(String document) {
        learn(document);
        Matcher pair = PAIR.matcher(document);
        while (pair.find()) {
            String quoted = pair.group("quoted");
            String value = quoted == null ? pair.group("bare") : quoted;
            if (SecretNames.hold(pair.group("name")) || RANDOM.matcher(value).matches()) {
                learn(value);
            }
        }
    }

    /** Hides the variables whose name says that they are secret. The path of a file is none. */
    public void learnEnvironment(Map<String, String> environment) {
        environment.forEach((name, value) -> {
            if (SECRET_NAME.matcher(name).find() && !value.startsWith("/") && !value.matches("[A-Za-z]:\\\\.*")) {
                learn(value);
            }
        });
    }

    /** {@return the text with stars in the place of every known secret, and of whatever looks like a credential} */
    public synchronized String hide(String text) {
        String hidden = text;
        for (String secret : texts) {
            hidden = hidden.replace(secret, Mask.STARS);
        }
        return Mask.credentials(hidden);
    }
}
