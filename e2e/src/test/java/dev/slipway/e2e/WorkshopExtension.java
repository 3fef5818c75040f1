package dev.slipway.e2e;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/** Gives the one {@link Workshop} to tests, says which sentence is being shown, and keeps the evidence when it is not true. */
final class WorkshopExtension implements ParameterResolver, BeforeEachCallback, TestWatcher {
    private static final Namespace NAMESPACE = Namespace.create(WorkshopExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Workshop.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return workshop(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Narrator.say("--- " + context.getDisplayName());
    }

    @Override
    public void testSuccessful(ExtensionContext context) {
        Narrator.say("    shown: " + context.getDisplayName());
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        Narrator.say("    NOT shown: " + context.getDisplayName() + "\n" + (cause == null ? "" : cause.getMessage()));
        String name = context.getRequiredTestClass().getSimpleName() + "-"
                + context.getRequiredTestMethod().getName();
        Evidence.collect(workshop(context), name);
    }

    private static Workshop opened() {
        Workshop workshop = new Workshop();
        workshop.startFromNothing();
        return workshop;
    }

    private static Workshop workshop(ExtensionContext context) {
        // The root's store: one for all classes, closed when the last test has ended.
        return context.getRoot().getStore(NAMESPACE).computeIfAbsent(Workshop.class, key -> opened(), Workshop.class);
    }
}
