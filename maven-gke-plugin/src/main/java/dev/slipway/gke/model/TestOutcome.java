package dev.slipway.gke.model;

import java.util.List;
import java.util.Optional;

/**
 * How the tests of a release ended.
 *
 * @param tests each test that ran, in order; empty if the chart has none, or if it is not known which ran
 * @param failure why they failed, in Helm's words; empty if all of them passed
 */
public record TestOutcome(List<Test> tests, Optional<String> failure) {
    /**
     * One test.
     *
     * @param object its object, such as {@code Pod/ml-service-test}
     * @param passed whether it passed
     * @param log the last lines that it printed
     */
    public record Test(String object, boolean passed, List<String> log) {
        public Test {
            log = List.copyOf(log);
        }
    }

    public TestOutcome {
        tests = List.copyOf(tests);
    }

    /** {@return whether nothing failed} */
    public boolean passed() {
        return failure.isEmpty() && tests.stream().allMatch(Test::passed);
    }
}
