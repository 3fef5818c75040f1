package dev.slipway;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The arrows between the rooms")
class ArchitectureTest {
    private static final String HOUSE = "dev.slipway.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.slipway");

    @ParameterizedTest(name = "{0} looks only at {1}")
    @CsvSource(
            nullValues = "nothing",
            value = {
                "serving.http,    serving.predict serving.model serving.config serving.health serving.metrics",
                "serving.predict, serving.model serving.config serving.health serving.metrics",
                "serving.model,   nothing",
                "serving.onnx,    serving.model",
                "serving.config,  nothing",
                "serving.health,  nothing",
                "serving.metrics, nothing",
                "train,           serving.model",
            })
    @DisplayName("point one way: Main -> http -> predict -> model <- onnx, train beside them, and leaves")
    void arrows(String room, @org.jspecify.annotations.Nullable String others) {
        String[] allowed = Stream.concat(Stream.of(room), others == null ? Stream.of() : Stream.of(others.split(" ")))
                .map(name -> HOUSE + name)
                .toArray(String[]::new);

        classes()
                .that()
                .resideInAPackage(HOUSE + room)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(allowed).or(not(resideInAPackage("dev.slipway.."))))
                .check(CLASSES);
    }

    @ParameterizedTest(name = "{1} is known to {0} alone")
    @CsvSource({
        "serving.onnx, ai.onnxruntime..",
        "train, ai.onnx.proto..",
        "serving.http, io.helidon..",
        "serving.metrics, io.prometheus..",
        "serving, picocli..",
    })
    @DisplayName("let a library into one room only")
    void libraries(String room, String library) {
        noClasses()
                .that()
                .resideOutsideOfPackage(HOUSE + room)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(CLASSES);
    }

    @Test
    @DisplayName("leave the process to Main: nobody else reads its environment, writes to its console or ends it")
    void process() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.slipway.serving.Main")
                .and()
                // It has to know whether the user has spoken already.
                .doNotHaveFullyQualifiedName("dev.slipway.serving.onnx.Telemetry")
                .should()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CLASSES);
    }

    @Test
    @DisplayName("are checked on the whole house")
    void whole() {
        assertThat(CLASSES.stream().map(type -> type.getPackageName()).distinct())
                .containsExactlyInAnyOrder(
                        "dev.slipway.serving",
                        "dev.slipway.serving.config",
                        "dev.slipway.serving.health",
                        "dev.slipway.serving.http",
                        "dev.slipway.serving.metrics",
                        "dev.slipway.serving.model",
                        "dev.slipway.serving.onnx",
                        "dev.slipway.serving.predict",
                        "dev.slipway.train");
    }
}
