package dev.slipway.gke.mojo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** The goals and their parameters as plugin-tools found them: what {@code plugin.xml} says, with the javadoc's markup still in it. */
final class Goals {
    /** Read by Maven's own tools to make a plugin's pages; {@code plugin.xml} is the same without markup. */
    private static final Path DESCRIPTOR = Path.of("target/plugin-enhanced.xml");

    private Goals() {}

    /**
     * One goal.
     *
     * @param name such as {@code deploy}
     * @param description the javadoc of its class, as HTML
     * @param type its class
     * @param phase the phase it is bound to unless the POM says otherwise
     * @param needsProject whether it needs a POM
     * @param threadSafe whether it may run in a build with {@code -T}
     * @param since the version it came with
     * @param parameters those that a user may set, by name
     */
    record Goal(
            String name,
            String description,
            String type,
            Optional<String> phase,
            boolean needsProject,
            boolean threadSafe,
            Optional<String> since,
            List<Parameter> parameters) {}

    /**
     * One parameter.
     *
     * @param name such as {@code timeout}, as it is written in the POM
     * @param description its javadoc, as HTML
     * @param type its Java type
     * @param property its name on the command line
     * @param byDefault what it is if nothing is written
     * @param required whether something has to be written
     * @param since the version it came with
     */
    record Parameter(
            String name,
            String description,
            String type,
            Optional<String> property,
            Optional<String> byDefault,
            boolean required,
            Optional<String> since) {}

    /** {@return the plugin's own goals, by name; {@code help} is plugin-tools' work} */
    static List<Goal> own() {
        List<Goal> goals = new ArrayList<>();
        for (Element mojo : children(child(descriptor(), "mojos").orElseThrow(), "mojo")) {
            if (!text(mojo, "goal").equals(Optional.of("help"))) {
                goals.add(goal(mojo));
            }
        }
        return goals;
    }

    private static Goal goal(Element mojo) {
        TreeMap<String, Element> written = new TreeMap<>();
        child(mojo, "configuration").ifPresent(all -> elements(all).forEach(one -> written.put(one.getTagName(), one)));
        List<Parameter> parameters = children(child(mojo, "parameters").orElseThrow(), "parameter").stream()
                .filter(parameter -> text(parameter, "editable").equals(Optional.of("true")))
                .map(parameter -> parameter(
                        parameter,
                        Optional.ofNullable(written.get(text(parameter, "name").orElseThrow()))))
                .toList();
        return new Goal(
                text(mojo, "goal").orElseThrow(),
                text(mojo, "description").orElse(""),
                text(mojo, "implementation").orElseThrow(),
                text(mojo, "phase"),
                text(mojo, "requiresProject").equals(Optional.of("true")),
                text(mojo, "threadSafe").equals(Optional.of("true")),
                text(mojo, "since"),
                parameters);
    }

    private static Parameter parameter(Element parameter, Optional<Element> written) {
        return new Parameter(
                text(parameter, "name").orElseThrow(),
                text(parameter, "description").orElse(""),
                text(parameter, "type").orElseThrow(),
                written.map(Element::getTextContent)
                        .filter(expression -> expression.startsWith("${"))
                        .map(expression -> expression.substring(2, expression.length() - 1)),
                written.map(one -> one.getAttribute("default-value")).filter(value -> !value.isEmpty()),
                text(parameter, "required").equals(Optional.of("true")),
                text(parameter, "since"));
    }

    private static Element descriptor() {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(DESCRIPTOR.toFile())
                    .getDocumentElement();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ParserConfigurationException | SAXException e) {
            throw new IllegalStateException("not XML: " + DESCRIPTOR, e);
        }
    }

    /** {@return the text of every element of that name in an XML file} */
    static List<String> texts(Path file, String name) {
        try {
            var found = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(file.toFile())
                    .getElementsByTagName(name);
            return java.util.stream.IntStream.range(0, found.getLength())
                    .mapToObj(i -> found.item(i).getTextContent().strip())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ParserConfigurationException | SAXException e) {
            throw new IllegalStateException("not XML: " + file, e);
        }
    }

    /** {@return the class and what it extends, down from the most general of ours} */
    static List<Class<?>> family(Goal goal) {
        List<Class<?>> family = new ArrayList<>();
        try {
            for (Class<?> one = Class.forName(goal.type()); one != null; one = one.getSuperclass()) {
                if (one.getPackage().equals(GkeMojo.class.getPackage())) {
                    family.add(0, one);
                }
            }
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        return family;
    }

    /** {@return the class of the goal's family that a parameter is written in} */
    static Class<?> home(Goal goal, Parameter parameter) {
        return family(goal).stream()
                .filter(one -> Arrays.stream(one.getDeclaredFields())
                        .anyMatch(field -> field.getName().equals(parameter.name())))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(goal.name() + " has no field " + parameter.name()));
    }

    private static Optional<String> text(Element parent, String name) {
        return child(parent, name).map(element -> element.getTextContent().strip());
    }

    private static Optional<Element> child(Element parent, String name) {
        return children(parent, name).stream().findFirst();
    }

    private static List<Element> children(Element parent, String name) {
        return elements(parent).stream()
                .filter(element -> element.getTagName().equals(name))
                .toList();
    }

    private static List<Element> elements(Element parent) {
        List<Element> elements = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                elements.add(element);
            }
        }
        return elements;
    }
}
