package dev.slipway.gke;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The house is a one-way street")
class ArchitectureTest {
    private static final String BASE = "dev.slipway.gke.";
    private static final String[] ADAPTERS = {
        BASE + "google..", BASE + "helm..", BASE + "kube..", BASE + "registry..", BASE + "source.."
    };
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.slipway.gke");

    @Test
    @DisplayName("mojo -> pipeline -> step -> port <- adapters; leaves are looked down at")
    void arrows() {
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("mojo")
                .definedBy(BASE + "mojo..")
                .layer("report")
                .definedBy(BASE + "report..")
                .layer("pipeline")
                .definedBy(BASE + "pipeline..")
                .layer("step")
                .definedBy(BASE + "step..")
                .layer("port")
                .definedBy(BASE + "port..")
                .layer("adapters")
                .definedBy(ADAPTERS)
                .layer("config")
                .definedBy(BASE + "config..")
                .layer("yaml")
                .definedBy(BASE + "yaml..")
                .whereLayer("mojo")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("report")
                .mayOnlyBeAccessedByLayers("mojo")
                .whereLayer("pipeline")
                .mayOnlyBeAccessedByLayers("mojo")
                .whereLayer("step")
                .mayOnlyBeAccessedByLayers("mojo", "pipeline", "report")
                .whereLayer("port")
                .mayOnlyBeAccessedByLayers("mojo", "pipeline", "step", "adapters")
                .whereLayer("adapters")
                .mayOnlyBeAccessedByLayers("mojo")
                .whereLayer("config")
                .mayOnlyBeAccessedByLayers("mojo", "pipeline", "step", "report")
                .whereLayer("yaml")
                .mayOnlyBeAccessedByLayers("adapters")
                .check(HOUSE);
    }

    @Test
    @DisplayName("only the front door knows Maven")
    void maven() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + "mojo..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.maven..")
                .check(HOUSE);
    }

    @Test
    @DisplayName("each foreign world is known to its own adapter alone")
    void worlds() {
        onlyIn("google", "com.google.auth..", "com.google.cloud..", "com.google.container..", "com.google.api..");
        onlyIn("helm", "com.marcnuri..");
        onlyIn("kube", "io.kubernetes..");
        onlyIn("registry", "land.oras..");
        onlyIn("source", "org.eclipse.jgit..");
    }

    @Test
    @DisplayName("model, failure, progress and secret lean on the JDK and on each other alone")
    void leaves() {
        classes()
                .that()
                .resideInAnyPackage(BASE + "model..", BASE + "failure..", BASE + "progress..", BASE + "secret..")
                .should()
                .onlyDependOnClassesThat(JavaClass.Predicates.resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        BASE + "model..",
                        BASE + "failure..",
                        BASE + "progress..",
                        BASE + "secret.."))
                .check(HOUSE);
    }

    @Test
    @DisplayName("diff leans on the model and on what hides secrets alone")
    void diff() {
        classes()
                .that()
                .resideInAPackage(BASE + "diff..")
                .should()
                .onlyDependOnClassesThat(JavaClass.Predicates.resideInAnyPackage(
                        "java..", "org.jspecify..", BASE + "diff..", BASE + "model..", BASE + "secret.."))
                .check(HOUSE);
    }

    @Test
    @DisplayName("adapters do not know each other")
    void strangers() {
        slices().matching(BASE + "(google|helm|kube|registry|source)..")
                .should()
                .notDependOnEachOther()
                .check(HOUSE);
    }

    @Test
    @DisplayName("no two packages know each other")
    void noCycles() {
        slices().matching(BASE + "(*)..").should().beFreeOfCycles().check(HOUSE);
    }

    @Test
    @DisplayName("the Assembly alone names adapters, but for the source tree, which names images too")
    void wiring() {
        noClasses()
                .that()
                .resideInAPackage(BASE + "mojo..")
                .and()
                .doNotHaveSimpleName("Assembly")
                .and()
                .doNotHaveSimpleName("Sources")
                .and(DescribedPredicate.not(JavaClass.Predicates.simpleNameStartingWith("Assembly$")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ADAPTERS)
                .check(HOUSE);
    }

    private static void onlyIn(String adapter, String... packages) {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + adapter + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .check(HOUSE);
    }
}
