package dev.slipway.gke.step;

import dev.slipway.gke.failure.DeployFailure;
import dev.slipway.gke.failure.FailureCode;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.ReleaseName;
import dev.slipway.gke.model.Rendering;
import dev.slipway.gke.model.Right;
import dev.slipway.gke.model.Role;
import dev.slipway.gke.port.ClusterAccess;
import dev.slipway.gke.progress.Progress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Sees before the first write that we may do all that the release takes, and names all that is missing at once. Asks nothing if
 * nothing is to be changed.
 *
 * @param <I> what is known before, and after
 */
public final class CheckRights<I> implements Step<I, I> {
    private final ClusterAccess access;
    private final Function<? super I, Optional<Change>> change;

    /**
     * What is about to be changed.
     *
     * @param site where
     * @param release which release
     * @param rendering what it will be
     */
    private record Change(Site site, ReleaseName release, Rendering rendering) {}

    private CheckRights(ClusterAccess access, Function<? super I, Optional<Change>> change) {
        this.access = access;
        this.change = change;
    }

    /** {@return what is asked before a plan is carried out} */
    public static CheckRights<PlanRelease.Planned> ofPlan(ClusterAccess access) {
        return new CheckRights<>(
                access,
                planned -> planned.unchanged()
                        ? Optional.empty()
                        : Optional.of(new Change(planned.site(), planned.plan().release(), planned.rendering())));
    }

    /** {@return what is asked before an old revision is made once more} */
    public static CheckRights<RestoreRevision.Order> ofWayBack(ClusterAccess access) {
        return new CheckRights<>(
                access,
                order -> Optional.of(new Change(
                        order.site(),
                        order.target().name(),
                        new Rendering(
                                order.target().chart(),
                                order.target().manifest(),
                                order.target().hooks(),
                                ""))));
    }

    @Override
    public I run(I input, Progress progress) {
        change.apply(input).ifPresent(this::check);
        return input;
    }

    private void check(Change wanted) {
        Site site = wanted.site();
        List<Right> needed =
                ReleaseRights.of(access, site.connection(), site.namespace(), site.exists(), wanted.rendering());
        List<Right> lacking = access.lacking(site.connection(), needed);
        if (lacking.isEmpty()) {
            return;
        }
        String user = access.user(site.connection()).orElse("USER");
        Role role = role(wanted.release(), user, needed);
        throw new DeployFailure(
                FailureCode.RIGHTS_MISSING,
                user + " lacks " + count(lacking) + " that this release needs:\n    - "
                        + String.join("\n    - ", lines(lacking)),
                "namespace " + site.namespace() + " on " + site.connection().cluster(),
                "Let somebody with the power to do so apply this role with kubectl apply -f (gke:doctor writes it to"
                        + " target/gke/role.yaml), and run the same command again; nothing was changed:\n\n"
                        + role.yaml().indent(4).stripTrailing());
    }

    /** {@return the role that gives all that a release needs} */
    static Role role(ReleaseName release, String user, List<Right> needed) {
        return new Role("deploy-" + release, user, needed);
    }

    /** {@return how many rights those are, in words} */
    static String count(List<Right> rights) {
        return rights.size() == 1 ? "a right" : rights.size() + " rights";
    }

    /** {@return one line for each kind of object: {@code create, patch deployments.apps in namespace dev}} */
    static List<String> lines(List<Right> rights) {
        Map<String, TreeSet<String>> verbs = new LinkedHashMap<>();
        for (Right right : rights) {
            verbs.computeIfAbsent(
                            right.kind()
                                    + right.namespace()
                                            .map(Namespace::value)
                                            .map(" in namespace "::concat)
                                            .orElse(" in the whole cluster"),
                            kind -> new TreeSet<>())
                    .add(right.verb());
        }
        return verbs.entrySet().stream()
                .map(entry -> String.join(", ", entry.getValue()) + " " + entry.getKey())
                .collect(Collectors.toList());
    }
}
