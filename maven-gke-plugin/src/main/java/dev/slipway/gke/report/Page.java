package dev.slipway.gke.report;

import static dev.slipway.gke.report.Html.all;
import static dev.slipway.gke.report.Html.element;
import static dev.slipway.gke.report.Html.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The frame of a report's page, and the pieces that its pages share: one file that asks no network for anything and runs no script. A
 * content security policy holds it to that: even markup that slipped through could load and run nothing.
 */
final class Page {
    private static final String STYLE = style();

    private Page() {}

    /** {@return the file} */
    static String of(String title, List<Html> body) {
        // Only this style, told by its hash: the page has none in attributes.
        String policy = "default-src 'none'; style-src 'sha256-" + sha256(STYLE)
                + "'; img-src data:; base-uri 'none'; form-action 'none'";
        return "<!DOCTYPE html>\n"
                + element(
                                "html",
                                element(
                                        "head",
                                        element("meta").with("charset", "utf-8"),
                                        element("meta")
                                                .with("http-equiv", "Content-Security-Policy")
                                                .with("content", policy),
                                        element("meta")
                                                .with("name", "viewport")
                                                .with("content", "width=device-width, initial-scale=1"),
                                        element("meta").with("name", "referrer").with("content", "no-referrer"),
                                        element("meta").with("name", "robots").with("content", "noindex"),
                                        // Otherwise browsers ask the server for one, if the page is on one.
                                        element("link").with("rel", "icon").with("href", "data:,"),
                                        element("title", title),
                                        element("style", STYLE)),
                                element("body", element("main", body)))
                        .with("lang", "en")
                + "\n";
    }

    /** {@return a section with its heading; nothing if it has nothing in it} */
    static Html section(String title, List<Html> content) {
        if (content.isEmpty()) {
            return Html.nothing();
        }
        List<Html> children = new ArrayList<>();
        children.add(element("h2", title));
        children.addAll(content);
        return element("section", children);
    }

    /** {@return the banner that says how it went} */
    static Html banner(String style, String sign, String title, List<Html> below) {
        List<Html> words = new ArrayList<>();
        words.add(element("h1", title));
        words.addAll(below);
        return element(
                        "header",
                        element(
                                        "svg",
                                        element("circle")
                                                .with("cx", "12")
                                                .with("cy", "12")
                                                .with("r", "10"),
                                        element("path").with("d", sign))
                                .styled("sign")
                                .with("viewBox", "0 0 24 24")
                                .with("aria-hidden", "true"),
                        element("div", words))
                .styled("banner " + style);
    }

    /** {@return a term and what is known of it; nothing if nothing is} */
    static Html fact(String term, @Nullable Object value) {
        return value == null
                ? Html.nothing()
                : all(List.of(element("dt", term), element("dd", text(value.toString()))));
    }

    /** {@return a table that scrolls by itself if it is too wide, and on a phone has its rows one below the other} */
    static Html table(String caption, List<String> heads, List<Html> rows) {
        return element(
                        "div",
                        element(
                                        "table",
                                        element("caption", caption),
                                        element(
                                                "thead",
                                                element(
                                                        "tr",
                                                        heads.stream()
                                                                .map(head -> element("th", head)
                                                                        .with("scope", "col"))
                                                                .toList())),
                                        element("tbody", rows))
                                .styled("stack"))
                .styled("wide");
    }

    /** {@return a row whose first cell is its heading} */
    static Html row(Html heading, Html... cells) {
        List<Html> all = new ArrayList<>();
        all.add(element("th", heading).with("scope", "row"));
        all.addAll(Arrays.asList(cells));
        return element("tr", all);
    }

    private static String style() {
        try (InputStream file = Page.class.getResourceAsStream("report.css")) {
            if (file == null) {
                throw new IllegalStateException("report.css is missing");
            }
            return "\n" + new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
