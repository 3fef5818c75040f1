package dev.slipway.gke.model;

import java.util.List;
import java.util.Optional;

/**
 * All that a doctor found.
 *
 * @param findings in the order of the checks
 * @param role all that the release needs in the cluster, if the checks came so far
 */
public record Checkup(List<Finding> findings, Optional<Role> role) {
    public Checkup {
        findings = List.copyOf(findings);
    }

    /** {@return what would make a deploy fail} */
    public List<Finding> problems() {
        return findings.stream()
                .filter(finding -> finding.level() == Finding.Level.PROBLEM)
                .toList();
    }
}
