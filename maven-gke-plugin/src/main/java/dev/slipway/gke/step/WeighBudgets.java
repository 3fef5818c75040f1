package dev.slipway.gke.step;

import dev.slipway.gke.config.Budgets;
import dev.slipway.gke.model.Changes;
import dev.slipway.gke.model.Risk;
import dev.slipway.gke.model.RolloutBudget;
import dev.slipway.gke.progress.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Adds to a plan what {@link CheckBudgets} would say of it: whether the pods may take longer to be ready than a deploy waits. */
public final class WeighBudgets implements Step<PlanRelease.Planned, PlanRelease.Planned> {
    private final Budgets budgets;
    private final Duration timeout;

    public WeighBudgets(Budgets budgets, Duration timeout) {
        this.budgets = budgets;
        this.timeout = timeout;
    }

    @Override
    public PlanRelease.Planned run(PlanRelease.Planned planned, Progress progress) {
        if (planned.unchanged()) {
            return planned;
        }
        RolloutBudget budget = planned.budget();
        List<Risk> risks = new ArrayList<>(planned.changes().risks());
        budget.impossible(timeout, budgets.start())
                .ifPresent(why -> risks.add(new Risk(
                        Risk.Kind.BUDGET_TOO_SHORT, planned.plan().release().value(), why)));
        risks.addAll(budget.risks(timeout, budgets.start()));
        Changes changes = planned.changes();
        return planned.with(new Changes(changes.objects(), changes.drift(), risks, changes.values()));
    }
}
