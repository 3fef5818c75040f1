package dev.slipway.gke.report;

import dev.slipway.gke.model.FieldChange;
import dev.slipway.gke.model.ObjectChange;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One object that differs, in a report.
 *
 * @param type {@code add}, {@code change} or {@code remove}
 * @param object kind and name, such as {@code Deployment/ml-service}
 * @param by who changed it by hand, as Kubernetes notes it; {@code null} if it was not that
 * @param fields which of its fields
 */
public record ChangeReport(
        String type, String object, @Nullable String by, List<Field> fields) {
    public ChangeReport {
        fields = List.copyOf(fields);
    }

    /** One field: where, what it was ({@code null} if it was not there), what it becomes ({@code null} if it goes). */
    public record Field(
            String path, @Nullable String before, @Nullable String after) {
        static Field of(FieldChange change) {
            return new Field(
                    change.path(), change.before().orElse(null), change.after().orElse(null));
        }
    }

    static List<Field> fields(List<FieldChange> changes) {
        return changes.stream().map(Field::of).toList();
    }

    static List<ChangeReport> of(List<ObjectChange> objects) {
        return objects.stream()
                .map(object -> new ChangeReport(
                        object.type().name().toLowerCase(Locale.ROOT),
                        object.object(),
                        object.by().orElse(null),
                        fields(object.fields())))
                .toList();
    }
}
