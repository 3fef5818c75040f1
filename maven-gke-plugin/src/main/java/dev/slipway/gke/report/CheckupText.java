package dev.slipway.gke.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.gke.model.Checkup;
import dev.slipway.gke.model.Finding;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** What a doctor found, for a person and for a machine. */
public final class CheckupText {
    private static final int LEVEL = 8;
    private static final int CHECK = 13;

    private CheckupText() {}

    /** {@return one line for the finding, and what to do beneath it} */
    public static String line(Finding finding) {
        String head = pad(word(finding.level()), LEVEL) + " " + pad(finding.check(), CHECK) + " ";
        String margin = " ".repeat(head.length());
        String text = head + finding.what().replace("\n", "\n" + margin);
        return finding.tryThis().isEmpty()
                ? text
                : text + "\n" + margin + "try: " + finding.tryThis().replace("\n", "\n" + margin + "     ");
    }

    /**
     * {@return {@code doctor.json}}
     *
     * @param hidden takes secrets out of a text
     */
    public static String json(Checkup checkup, UnaryOperator<String> hidden) {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode();
        root.put("schema", 1);
        root.put("problems", checkup.problems().size());
        ArrayNode checks = root.putArray("checks");
        for (Finding finding : checkup.findings()) {
            ObjectNode check = checks.addObject();
            check.put("check", finding.check());
            check.put("level", word(finding.level()));
            check.put("what", hidden.apply(finding.what()));
            if (!finding.tryThis().isEmpty()) {
                check.put("try", hidden.apply(finding.tryThis()));
            }
        }
        return root.toPrettyString() + "\n";
    }

    private static String word(Finding.Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
