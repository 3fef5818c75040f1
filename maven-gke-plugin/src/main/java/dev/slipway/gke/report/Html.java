package dev.slipway.gke.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A piece of a page. Text becomes markup in one place, which escapes it, so that no log line can become anything but text. What comes
 * out is HTML and well-formed XML at once, so that a test can read it with the JDK.
 */
final class Html {
    /** What XML 1.0 does not allow. */
    private static final Pattern UNFIT =
            Pattern.compile("[^\\t\\n\\r\\u0020-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]");

    private static final Set<String> VOID = Set.of("meta", "link", "wbr", "rect", "path", "circle");

    private final String name;
    private final List<String> attributes;
    private final List<Html> children;
    private final String text;

    private Html(String name, List<String> attributes, List<Html> children, String text) {
        this.name = name;
        this.attributes = attributes;
        this.children = children;
        this.text = text;
    }

    /** {@return the text, as text} */
    static Html text(String text) {
        return new Html("", List.of(), List.of(), text);
    }

    /** {@return an element} */
    static Html element(String name, Html... children) {
        return element(name, Arrays.asList(children));
    }

    /** {@return an element} */
    static Html element(String name, List<Html> children) {
        return new Html(name, List.of(), List.copyOf(children), "");
    }

    /** {@return an element with a text in it} */
    static Html element(String name, String text) {
        return element(name, text(text));
    }

    /** {@return the pieces, one after the other} */
    static Html all(List<Html> children) {
        return element("", children);
    }

    /** {@return nothing} */
    static Html nothing() {
        return text("");
    }

    /** {@return the same element with one more attribute} */
    Html with(String attribute, String value) {
        List<String> more = new ArrayList<>(attributes);
        more.add(" " + attribute + "=\"" + escaped(value).replace("\"", "&quot;") + "\"");
        return new Html(name, more, children, text);
    }

    /** {@return the same element with that class} */
    Html styled(String style) {
        return with("class", style);
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        write(out);
        return out.toString();
    }

    private void write(StringBuilder out) {
        if (name.isEmpty()) {
            out.append(escaped(text));
            children.forEach(child -> child.write(out));
            return;
        }
        out.append('<').append(name);
        attributes.forEach(out::append);
        if (VOID.contains(name)) {
            out.append("/>");
            return;
        }
        out.append('>');
        children.forEach(child -> child.write(out));
        out.append("</").append(name).append('>');
    }

    private static String escaped(String text) {
        return UNFIT.matcher(text)
                .replaceAll("\uFFFD")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;");
    }
}
