package dev.slipway.serving;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code ask}: asks a running service and judges its answer. For the chart's {@code helm test}: the image has no shell and no curl.
 * Over {@code HttpURLConnection}, because {@code java.net.http} is not in the base image.
 */
@Command(
        name = "ask",
        description = "Asks a running service, prints its answer, and fails if it is not what was expected.",
        sortOptions = false,
        versionProvider = Main.Version.class,
        mixinStandardHelpOptions = true)
final class AskCommand implements Callable<Integer> {
    private static final Duration AGAIN_AFTER = Duration.ofMillis(500);
    private static final Duration NO_ANSWER_AFTER = Duration.ofSeconds(10);
    private static final int LONGEST_ANSWER = 65_536;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Option(
            names = "--url",
            required = true,
            paramLabel = "URL",
            defaultValue = "${env:ASK_URL}",
            description = "What to ask, such as http://localhost:8000/predict (ASK_URL)")
    private URI url;

    @Option(
            names = "--body",
            paramLabel = "JSON",
            defaultValue = "${env:ASK_BODY:-" + Option.NULL_VALUE + "}",
            description = "What to post (ASK_BODY, a plain GET if there is none)")
    private @Nullable String body;

    @Option(
            names = "--expect",
            paramLabel = "REGEX",
            defaultValue = "${env:ASK_EXPECT:-.}",
            description = "What must be found in the answer, whose status must be 200 (ASK_EXPECT, anything)")
    private String expect;

    @Option(
            names = "--patience",
            paramLabel = "TIME",
            defaultValue = "${env:ASK_PATIENCE:-30s}",
            converter = DurationConverter.class,
            description = "How long to ask again while the answer is not the expected one (ASK_PATIENCE, 30s)")
    private Duration patience;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Pattern expected = pattern();
        if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--url must begin with http:// or https://, is " + url);
        }
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                spec.commandLine().getOut().println(ask(expected));
                return CommandLine.ExitCode.OK;
            } catch (IOException e) {
                if (System.nanoTime() >= end) {
                    throw e;
                }
            }
            Thread.sleep(AGAIN_AFTER);
        }
    }

    private Pattern pattern() {
        try {
            return Pattern.compile(expect);
        } catch (PatternSyntaxException e) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--expect is no regular expression: " + e.getDescription(), e);
        }
    }

    private String ask(Pattern expected) throws IOException {
        int status;
        String answer;
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
        try {
            connection.setConnectTimeout((int) NO_ANSWER_AFTER.toMillis());
            connection.setReadTimeout((int) NO_ANSWER_AFTER.toMillis());
            if (body != null) {
                connection.setRequestMethod("POST");
                connection.setRequestProperty("Content-Type", "application/json");
                connection.setDoOutput(true);
                connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
            }
            status = connection.getResponseCode();
            answer = text(status < 400 ? connection.getInputStream() : connection.getErrorStream());
        } catch (UnknownHostException e) {
            throw new IOException(url + ": there is no host " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IOException(url + ": " + e.getMessage(), e);
        } finally {
            connection.disconnect();
        }
        if (status != HttpURLConnection.HTTP_OK || !expected.matcher(answer).find()) {
            throw new IOException(
                    url + " answered " + status + " " + answer.strip() + ", expected was 200 and /" + expected + "/");
        }
        return answer.strip();
    }

    private static String text(@Nullable InputStream in) throws IOException {
        if (in == null) {
            return "";
        }
        try (in) {
            return new String(in.readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
        }
    }
}
