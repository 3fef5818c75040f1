package dev.slipway.gke.step;

import dev.slipway.gke.model.KubeObject;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Quantity;
import dev.slipway.gke.model.Quota;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a release takes from the quotas of its namespace. A new release takes all of its pods; an upgrade those that come before the
 * old ones go ({@code maxSurge}).
 */
final class AskedOfQuota {
    private static final int PERCENT = 100;

    private final Map<String, BigDecimal> asked = new TreeMap<>();
    private final boolean fresh;

    private AskedOfQuota(boolean fresh) {
        this.fresh = fresh;
    }

    /**
     * {@return which resources are not enough, one line for each}
     *
     * @param fresh whether the release is new
     */
    static List<String> beyond(List<Quota> quotas, Manifest manifest, boolean fresh) {
        AskedOfQuota all = new AskedOfQuota(fresh);
        manifest.objects().forEach(all::add);
        List<String> lines = new ArrayList<>();
        for (Quota quota : quotas) {
            new TreeMap<>(quota.left()).forEach((resource, left) -> {
                BigDecimal wanted = all.asked.getOrDefault(resource, BigDecimal.ZERO);
                if (wanted.compareTo(left) > 0) {
                    lines.add(resource + ": " + plain(wanted) + " would be asked for, "
                            + plain(left.max(BigDecimal.ZERO)) + " is left (ResourceQuota " + quota.name() + ")");
                }
            });
        }
        return lines;
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }

    private void add(KubeObject object) {
        switch (object.kind()) {
            case "Deployment", "StatefulSet" -> workload(object);
            case "Service" -> {
                if (fresh) {
                    more("services", BigDecimal.ONE);
                    if ("LoadBalancer".equals(text(at(object.body(), "spec", "type")))) {
                        more("services.loadbalancers", BigDecimal.ONE);
                    }
                }
            }
            default -> {
                // Small things: a quota on them is rare, and the API server says so at once.
            }
        }
    }

    private void workload(KubeObject object) {
        BigDecimal replicas =
                Quantity.parse(text(at(object.body(), "spec", "replicas"))).orElse(BigDecimal.ONE);
        BigDecimal pods = fresh ? replicas : surge(object, replicas);
        more("pods", pods);
        more("count/pods", pods);
        Object containers = at(object.body(), "spec", "template", "spec", "containers");
        if (!(containers instanceof List<?> list)) {
            return;
        }
        for (Object container : list) {
            for (String sort : List.of("requests", "limits")) {
                for (String resource : List.of("cpu", "memory")) {
                    Quantity.parse(text(at(container, "resources", sort, resource)))
                            .ifPresent(each -> {
                                more(sort + "." + resource, each.multiply(pods));
                                if (sort.equals("requests")) {
                                    more(resource, each.multiply(pods));
                                }
                            });
                }
            }
        }
    }

    private static BigDecimal surge(KubeObject object, BigDecimal replicas) {
        if (!object.kind().equals("Deployment")
                || "Recreate".equals(text(at(object.body(), "spec", "strategy", "type")))) {
            return BigDecimal.ZERO;
        }
        String said = text(at(object.body(), "spec", "strategy", "rollingUpdate", "maxSurge"));
        String surge = said.isEmpty() ? "25%" : said;
        return surge.endsWith("%")
                ? Quantity.parse(surge.substring(0, surge.length() - 1))
                        .orElse(BigDecimal.ZERO)
                        .multiply(replicas)
                        .divide(BigDecimal.valueOf(PERCENT), 0, RoundingMode.CEILING)
                : Quantity.parse(surge).orElse(BigDecimal.ONE);
    }

    private void more(String resource, BigDecimal amount) {
        asked.merge(resource, amount, BigDecimal::add);
    }

    private static Object at(Object node, String... path) {
        Object here = node;
        for (String name : path) {
            Object next = here instanceof Map<?, ?> map ? map.get(name) : null;
            if (next == null) {
                return "";
            }
            here = next;
        }
        return here;
    }

    private static String text(Object node) {
        return node.toString();
    }
}
