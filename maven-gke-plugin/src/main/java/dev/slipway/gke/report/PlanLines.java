package dev.slipway.gke.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A plan for a person at the console: the signs that everybody knows, and what should be known last, where it is read. */
public final class PlanLines {
    private static final int LONGEST = 200;

    private final boolean colours;
    private final List<String> lines = new ArrayList<>();

    private PlanLines(boolean colours) {
        this.colours = colours;
    }

    /**
     * {@return the lines}
     *
     * @param colours whether they are read on a terminal
     */
    public static List<String> of(PlanReport plan, boolean colours) {
        PlanLines text = new PlanLines(colours);
        text.write(plan);
        return List.copyOf(text.lines);
    }

    private void write(PlanReport plan) {
        String where = plan.release() + " in namespace " + plan.namespace() + " on " + plan.target();
        if (plan.changes().isEmpty() && plan.drift().isEmpty() && plan.values().isEmpty()) {
            lines.add("Nothing would change: " + where
                    + (plan.revision() == null ? "" : " stays at revision " + plan.revision()));
        } else {
            lines.add("Plan for " + where
                    + (plan.revision() == null ? ", which is new:" : ", against revision " + plan.revision() + ":"));
            plan.changes().forEach(change -> object(change, ""));
            if (!plan.values().isEmpty()) {
                lines.add("By these values:");
                plan.values().forEach(this::field);
            }
            if (!plan.drift().isEmpty()) {
                lines.add("Changed by hand since, and would be put right:");
                plan.drift().forEach(change -> object(change, change.by() == null ? "" : " by " + change.by()));
            }
        }
        if (!plan.risks().isEmpty()) {
            lines.add("To be known before:");
            plan.risks().forEach(risk -> lines.add(painted("  ! ", "33") + risk.object() + ": " + risk.text()));
        }
        lines.add(count(plan, "add") + " to add, " + count(plan, "change") + " to change, " + count(plan, "remove")
                + " to remove"
                + (plan.drift().isEmpty() ? "" : ", " + plan.drift().size() + " to put right"));
    }

    private void object(ChangeReport change, String by) {
        String sign =
                switch (change.type()) {
                    case "add" -> painted("  + ", "32");
                    case "remove" -> painted("  - ", "31");
                    default -> painted("  ~ ", "33");
                };
        lines.add(sign + change.object() + by);
        change.fields().forEach(this::field);
    }

    private void field(ChangeReport.Field field) {
        lines.add("      " + field.path() + ": " + value(field.before()) + " -> " + value(field.after()));
    }

    private static String value(@Nullable String value) {
        if (value == null) {
            return "(none)";
        }
        return value.length() <= LONGEST ? value : value.substring(0, LONGEST) + "…";
    }

    private String painted(String text, String colour) {
        return colours ? "\u001b[" + colour + "m" + text + "\u001b[0m" : text;
    }

    private static long count(PlanReport plan, String type) {
        return plan.changes().stream()
                .filter(change -> change.type().equals(type))
                .count();
    }
}
