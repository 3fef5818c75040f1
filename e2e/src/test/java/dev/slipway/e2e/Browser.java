package dev.slipway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Chromium without a window and in a network of its own, which leads nowhere. We speak to it by its DevTools protocol over a pipe, and
 * see what a page asks for, what it complains of, and what a person sees of it.
 */
final class Browser implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SECONDS = 60;

    /** A kind of screen, and what its owner likes. */
    enum Screen {
        DESK(1280, 900, "light"),
        DARK(1280, 900, "dark"),
        PHONE(360, 740, "light");

        private final int width;
        private final int height;
        private final String scheme;

        Screen(int width, int height, String scheme) {
            this.width = width;
            this.height = height;
            this.scheme = scheme;
        }
    }

    /**
     * What became of a page.
     *
     * @param requests the addresses that it asked for
     * @param complaints what the browser said of it: errors, warnings, refusals, words to the console
     * @param text what a person reads
     * @param overflow by how many pixels it is wider than the screen
     * @param contrast the least contrast between a text and what is behind it, and which text that is
     * @param styled whether its style sheet was applied
     */
    record View(
            List<String> requests,
            List<String> complaints,
            String text,
            int overflow,
            double contrast,
            String faintest,
            boolean styled) {}

    private final Process process;
    private final Path profile;
    private final OutputStream to;
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private int last;

    private Browser(Process process, Path profile) {
        this.process = process;
        this.profile = profile;
        to = process.getOutputStream();
        Thread reader = new Thread(() -> read(process.getInputStream()), "chromium");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts it. */
    static Browser start(Path tools) {
        String chromium = Program.of(tools.resolve("chromium-up").toString())
                .text()
                .lines()
                .reduce("", (first, next) -> next);
        try {
            Path profile = Files.createTempDirectory("slipway-e2e-chromium-");
            // The pipe is on the descriptors 3 and 4, which Java
            // cannot open: they are put in the place of the usual two.
            ProcessBuilder builder = new ProcessBuilder(
                            "unshare",
                            "--net",
                            "bash",
                            "-c",
                            "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>\"$LOG\"",
                            "browser",
                            chromium,
                            "--headless",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--remote-debugging-pipe",
                            "--user-data-dir=" + profile)
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("LOG", profile.resolve("log").toString());
            return new Browser(builder.start(), profile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens a file on a screen, with scripts forbidden, and takes a picture of it. */
    View open(Path file, Screen screen, Path picture) {
        String target = call("Target.createTarget", Map.of("url", "about:blank"), null)
                .path("targetId")
                .asText();
        String page = call("Target.attachToTarget", Map.of("targetId", target, "flatten", true), null)
                .path("sessionId")
                .asText();
        for (String domain : List.of("Page", "Network", "Runtime", "Log")) {
            call(domain + ".enable", Map.of(), page);
        }
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        screen.width,
                        "height",
                        screen.height,
                        "deviceScaleFactor",
                        1,
                        "mobile",
                        screen == Screen.PHONE),
                page);
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", screen.scheme))),
                page);
        call("Emulation.setScriptExecutionDisabled", Map.of("value", true), page);
        events.clear();
        call("Page.navigate", Map.of("url", file.toUri().toString()), page);
        await("Page.loadEventFired", page);
        View view = view(page);
        picture(page, picture);
        call("Target.closeTarget", Map.of("targetId", target), null);
        return view;
    }

    private View view(String page) {
        JsonNode seen = evaluate(page, """
                (() => {
                  const channels = colour => {
                    const n = colour.match(/[0-9.]+/g).map(Number);
                    return n.length < 4 ? [...n, 1] : n;
                  };
                  const light = c => {
                    const [r, g, b] = c.map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
                  };
                  const behind = element => {
                    for (let e = element; e; e = e.parentElement) {
                      const colour = channels(getComputedStyle(e).backgroundColor);
                      if (colour[3] === 1) return colour;
                    }
                    return [255, 255, 255, 1];
                  };
                  let least = 21, faintest = '';
                  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                    if (!node.data.trim()) continue;
                    const over = light(channels(getComputedStyle(node.parentElement).color).slice(0, 3));
                    const under = light(behind(node.parentElement).slice(0, 3));
                    const ratio = (Math.max(over, under) + 0.05) / (Math.min(over, under) + 0.05);
                    if (ratio < least) { least = ratio; faintest = node.data.trim(); }
                  }
                  return {
                    text: document.body.innerText,
                    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
                    contrast: least,
                    faintest: faintest,
                    styled: getComputedStyle(document.querySelector('.banner')).display === 'flex',
                  };
                })()""");
        List<String> requests = new ArrayList<>();
        List<String> complaints = new ArrayList<>();
        for (JsonNode event : events) {
            JsonNode about = event.path("params");
            switch (event.path("method").asText()) {
                case "Network.requestWillBeSent" ->
                    requests.add(about.at("/request/url").asText());
                case "Log.entryAdded" -> complaints.add(about.at("/entry/text").asText());
                case "Runtime.consoleAPICalled", "Runtime.exceptionThrown" -> complaints.add(about.toString());
                default -> {}
            }
        }
        return new View(
                requests,
                complaints,
                seen.path("text").asText(),
                seen.path("overflow").asInt(),
                seen.path("contrast").asDouble(),
                seen.path("faintest").asText(),
                seen.path("styled").asBoolean());
    }

    private JsonNode evaluate(String page, String expression) {
        JsonNode result = call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true), page);
        if (result.has("exceptionDetails")) {
            throw new AssertionError(result.path("exceptionDetails").toString());
        }
        return result.at("/result/value");
    }

    private void picture(String page, Path file) {
        String png = call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true), page)
                .path("data")
                .asText();
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, Base64.getDecoder().decode(png));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void await(String method, String page) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (System.nanoTime() < end) {
            if (events.stream()
                    .anyMatch(event -> event.path("method").asText().equals(method)
                            && event.path("sessionId").asText().equals(page))) {
                return;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while a page was loading", e);
            }
        }
        throw new AssertionError("no " + method + " within " + SECONDS + " s");
    }

    private JsonNode call(String method, Map<String, ?> parameters, @Nullable String page) {
        ObjectNode message = JSON.createObjectNode();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        synchronized (this) {
            int id = ++last;
            answers.put(id, answer);
            message.put("id", id).put("method", method).set("params", JSON.valueToTree(parameters));
            if (page != null) {
                message.put("sessionId", page);
            }
            try {
                to.write(message.toString().getBytes(StandardCharsets.UTF_8));
                to.write(0);
                to.flush();
            } catch (IOException e) {
                throw new UncheckedIOException("chromium is gone: " + log(), e);
            }
        }
        try {
            JsonNode said = answer.get(SECONDS, TimeUnit.SECONDS);
            if (said.has("error")) {
                throw new AssertionError(method + ": " + said.path("error"));
            }
            return said.path("result");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while chromium was asked", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("chromium does not answer " + method + ": " + log(), e);
        }
    }

    /** Messages end with a zero. */
    private void read(InputStream from) {
        try (InputStream stream = new BufferedInputStream(from)) {
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            for (int next = stream.read(); next >= 0; next = stream.read()) {
                if (next != 0) {
                    message.write(next);
                    continue;
                }
                JsonNode said = JSON.readTree(message.toByteArray());
                message.reset();
                CompletableFuture<JsonNode> waiting =
                        said.has("id") ? answers.remove(said.path("id").asInt()) : null;
                if (waiting != null) {
                    waiting.complete(said);
                } else {
                    events.add(said);
                }
            }
        } catch (IOException closed) {
            // It has ended; whoever waits for an answer is told by the time that is over.
        }
    }

    private String log() {
        try {
            return Files.readString(profile.resolve("log"));
        } catch (IOException e) {
            return "no log";
        }
    }

    @Override
    public void close() {
        try {
            call("Browser.close", Map.of(), null);
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            Checkout.deleteTree(profile);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
