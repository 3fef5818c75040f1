package dev.slipway.gke.diff;

import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Risk;
import dev.slipway.gke.model.TryOut;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What should be known before a release, told from what it would change. */
public final class Risks {
    private static final Pattern IMMUTABLE = Pattern.compile(
            "field is immutable|is immutable|may not (be )?change|updates to .* are forbidden|Forbidden: updates to|"
                    + "cannot change roleRef|can not be unset|cannot be changed");
    private static final Pattern QUANTITY = Pattern.compile("(?<number>[0-9.]+(?:[eE][0-9]+)?)(?<unit>[A-Za-z]{0,2})");
    private static final Map<String, BigDecimal> UNITS = Map.of(
            "", BigDecimal.ONE,
            "m", new BigDecimal("0.001"),
            "k", BigDecimal.TEN.pow(3),
            "M", BigDecimal.TEN.pow(6),
            "G", BigDecimal.TEN.pow(9),
            "T", BigDecimal.TEN.pow(12),
            "Ki", BigDecimal.valueOf(1L << 10),
            "Mi", BigDecimal.valueOf(1L << 20),
            "Gi", BigDecimal.valueOf(1L << 30),
            "Ti", BigDecimal.valueOf(1L << 40));

    private Risks() {}

    /** {@return whether the server refuses because a field cannot be changed once it is set} */
    public static boolean immutable(TryOut.Refused refused) {
        return refused.status() == 422 && IMMUTABLE.matcher(refused.message()).find();
    }

    /** {@return what the server would refuse} */
    public static List<Risk> refusals(List<TryOut> tries, Veil veil) {
        List<Risk> risks = new ArrayList<>();
        for (TryOut tried : tries) {
            Optional<Risk> risk = tried.verdict()
                    .fold(
                            accepted -> Optional.empty(),
                            refused -> Optional.of(new Risk(
                                    immutable(refused) ? Risk.Kind.IMMUTABLE_FIELD : Risk.Kind.REFUSED,
                                    tried.object().toString(),
                                    veil.over(refused.message()))),
                            noSuchKind -> Optional.of(new Risk(
                                    Risk.Kind.REFUSED,
                                    tried.object().toString(),
                                    "the cluster knows no " + tried.object().kind() + " of "
                                            + tried.object().apiVersion())),
                            unchecked -> Optional.empty());
            risk.ifPresent(risks::add);
        }
        return risks;
    }

    /** {@return the addresses and claims that go} */
    public static List<Risk> losses(List<TryOut> tries, List<KubeObject> removed, Comparison comparison) {
        List<Risk> risks = new ArrayList<>();
        for (KubeObject object : removed) {
            Map<String, Object> live = comparison.live(object).orElse(object.body());
            if (balanced(object.kind(), live)) {
                risks.add(new Risk(
                        Risk.Kind.ADDRESS_LOST,
                        object.toString(),
                        "it goes, and its address" + address(live) + " with it; another one gets another address"));
            }
            if (object.kind().equals("PersistentVolumeClaim")) {
                risks.add(
                        new Risk(
                                Risk.Kind.CLAIM_DELETED,
                                object.toString(),
                                "it goes, and unless its volume is retained, the data; `helm.sh/resource-policy: keep` keeps it"));
            }
            if (object.kind().equals("StatefulSet")
                    && retention(live, "whenDeleted").equals("Delete")) {
                risks.add(claims(object, "it goes, and by its own policy its claims with it"));
            }
        }
        for (TryOut tried : tries) {
            tried.live()
                    .ifPresent(live -> tried.result().ifPresent(result -> {
                        if (balanced(tried.object().kind(), live)
                                && !balanced(tried.object().kind(), result)) {
                            risks.add(new Risk(
                                    Risk.Kind.ADDRESS_LOST,
                                    tried.object().toString(),
                                    "it is a LoadBalancer no more, and its address" + address(live) + " goes"));
                        }
                        if (tried.object().kind().equals("StatefulSet")
                                && retention(result, "whenScaled").equals("Delete")
                                && count(result) < count(live)) {
                            risks.add(
                                    claims(
                                            tried.object(),
                                            "fewer replicas, and by its own policy the claims of the others go with their data"));
                        }
                    }));
        }
        return risks;
    }

    /**
     * A container that is to get less memory than it has.
     *
     * @param object the workload
     * @param container its container
     * @param before the limit it has, in bytes; no limit is as much as there is
     * @param after the limit it gets, in bytes
     * @param text the limit it gets, as it was written
     */
    public record Lowered(KubeObject object, String container, long before, long after, String text) {
        /** {@return the risk, if that many bytes are in use} */
        public Optional<Risk> below(long used) {
            return used <= after
                    ? Optional.empty()
                    : Optional.of(new Risk(
                            Risk.Kind.MEMORY_BELOW_USE,
                            object.toString(),
                            "container " + container + " uses " + (used >> 20) + " MiB now, and its limit becomes "
                                    + text));
        }
    }

    /** {@return the containers whose memory limit would be lowered, or set where there was none} */
    public static List<Lowered> lowered(List<TryOut> tries) {
        List<Lowered> lowered = new ArrayList<>();
        for (TryOut tried : tries) {
            Map<String, String> before = limits(tried.live().orElse(Map.of()));
            Map<String, String> after = limits(tried.result().orElse(Map.of()));
            after.forEach((container, text) -> {
                if (before.containsKey(container)) {
                    long old = bytes(before.get(container)).orElse(Long.MAX_VALUE);
                    bytes(text)
                            .filter(young -> young < old)
                            .ifPresent(young -> lowered.add(new Lowered(tried.object(), container, old, young, text)));
                }
            });
        }
        return lowered;
    }

    private static Map<String, String> limits(Map<String, Object> workload) {
        Map<String, String> limits = new LinkedHashMap<>();
        for (Object container : Trees.list(Trees.at(workload, "spec", "template", "spec", "containers"))) {
            limits.put(Trees.text(container, "name"), Trees.text(container, "resources", "limits", "memory"));
        }
        return limits;
    }

    /** {@return how many bytes the quantity is; empty if it is none} */
    static Optional<Long> bytes(@Nullable String quantity) {
        Matcher matcher = QUANTITY.matcher(quantity == null ? "" : quantity);
        if (!matcher.matches() || !UNITS.containsKey(matcher.group("unit"))) {
            return Optional.empty();
        }
        return Optional.of(new BigDecimal(matcher.group("number"))
                .multiply(UNITS.get(matcher.group("unit")))
                .longValue());
    }

    private static boolean balanced(String kind, Map<String, Object> object) {
        return kind.equals("Ingress")
                || (kind.equals("Service") && Trees.text(object, "spec", "type").equals("LoadBalancer"));
    }

    private static String address(Map<String, Object> live) {
        List<Object> ingress = Trees.list(Trees.at(live, "status", "loadBalancer", "ingress"));
        if (ingress.isEmpty()) {
            return "";
        }
        String ip = Trees.text(ingress.get(0), "ip");
        return " " + (ip.isEmpty() ? Trees.text(ingress.get(0), "hostname") : ip);
    }

    private static String retention(Map<String, Object> set, String when) {
        return Trees.text(set, "spec", "persistentVolumeClaimRetentionPolicy", when);
    }

    private static long count(Map<String, Object> workload) {
        return Trees.at(workload, "spec", "replicas") instanceof Number number ? number.longValue() : 1;
    }

    private static Risk claims(KubeObject object, String text) {
        return new Risk(Risk.Kind.CLAIM_DELETED, object.toString(), text);
    }
}
