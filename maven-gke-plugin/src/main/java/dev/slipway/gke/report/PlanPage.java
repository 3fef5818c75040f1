package dev.slipway.gke.report;

import static dev.slipway.gke.report.Html.element;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@code target/gke/plan.html}: a plan for a person, in one file; the risks first. */
public final class PlanPage {
    private static final String EQUAL = "M8 10h8M8 14h8";
    private static final String DELTA = "M12 7.5l4.5 8.5h-9z";
    private static final String ALARM = "M12 7v6M12 16.5v.01";

    private PlanPage() {}

    /** {@return the file} */
    public static String of(PlanReport plan) {
        List<Html> body = new ArrayList<>();
        body.add(banner(plan));
        body.add(Page.section("Risks", ChangeTables.risks(plan.risks())));
        body.add(Page.section("What would change", ChangeTables.of(plan.changes())));
        body.add(Page.section("Values", ChangeTables.values(plan.values())));
        body.add(Page.section("What somebody else has changed, and would be put right", ChangeTables.of(plan.drift())));
        body.add(Page.section(
                "Facts",
                List.of(element(
                        "dl",
                        Page.fact("Cluster", plan.target()),
                        Page.fact("Namespace", plan.namespace()),
                        Page.fact("Release", plan.release()),
                        Page.fact("Runs now", plan.revision() == null ? "nothing" : "revision " + plan.revision()),
                        Page.fact("Chart", plan.chart()),
                        Page.fact("Image", plan.image()),
                        Page.fact("Commit", plan.commit()),
                        Page.fact("Made", Times.moment(Instant.parse(plan.madeAt())))))));
        body.add(element("footer", element("p", "Written by gke-maven-plugin beside plan.json.")));
        return Page.of("Plan for " + plan.release() + " in " + plan.namespace(), body);
    }

    private static Html banner(PlanReport plan) {
        boolean nothing = plan.changes().isEmpty() && plan.drift().isEmpty();
        String title = nothing
                ? "Nothing would change: " + plan.release() + " in " + plan.namespace()
                : "Plan for " + plan.release() + " in " + plan.namespace();
        List<Html> below =
                nothing ? List.of() : List.of(element("p", counts(plan)).styled("what"));
        if (!plan.risks().isEmpty()) {
            return Page.banner("warn", ALARM, title, below);
        }
        return Page.banner("still", nothing ? EQUAL : DELTA, title, below);
    }

    /** {@return such as {@code 1 added, 2 changed, 0 removed; 1 risk}} */
    private static String counts(PlanReport plan) {
        int risks = plan.risks().size();
        int drift = plan.drift().size();
        return of(plan, "add") + " added, " + of(plan, "change") + " changed, " + of(plan, "remove") + " removed"
                + (drift == 0 ? "" : "; " + drift + " put right")
                + (risks == 0 ? "" : risks == 1 ? "; 1 risk" : "; " + risks + " risks");
    }

    private static long of(PlanReport plan, String type) {
        return plan.changes().stream()
                .filter(change -> change.type().equals(type))
                .count();
    }
}
