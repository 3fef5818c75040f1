package dev.slipway.gke.step;

import dev.slipway.gke.config.Budgets;
import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Deadline;
import dev.slipway.gke.model.Risk;
import dev.slipway.gke.model.RolloutBudget;
import dev.slipway.gke.progress.Progress;

/** Holds the time that there is against the time that the chart's own probes take, before anything is released. */
public final class CheckBudgets implements Step<PlanRelease.Planned, PlanRelease.Planned> {
    private final Budgets budgets;
    private final Deadline deadline;

    public CheckBudgets(Budgets budgets, Deadline deadline) {
        this.budgets = budgets;
        this.deadline = deadline;
    }

    @Override
    public PlanRelease.Planned run(PlanRelease.Planned planned, Progress progress) {
        if (planned.unchanged()) {
            return planned;
        }
        RolloutBudget budget = planned.budget();
        budget.impossible(deadline.left(), budgets.start()).ifPresent(why -> {
            throw new DeployFailure(
                    FailureCode.BUDGET_TOO_SHORT,
                    why,
                    planned.plan().release() + " in namespace " + planned.site().namespace(),
                    "Give it more time with -Dgke.timeout=… (or -Dgke.budget.start=…), or shorten initialDelaySeconds and"
                            + " minReadySeconds in the chart; nothing was changed");
        });
        budget.risks(deadline.budget(), budgets.start()).stream()
                .map(Risk::text)
                .forEach(progress::warn);
        return planned;
    }
}
