package dev.slipway.gke.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What was looked at and found right, in {@code src/test/resources/report}. After a change that is meant, look at the new files, which
 * {@code mvn test -Dtest='dev.slipway.gke.report.*Test' -DargLine=-Dreport.write=true} writes there. The pages have no style there:
 * {@code ReportIT} in {@code e2e} puts it in, and opens them in a browser.
 */
final class Golden {
    private Golden() {}

    /** {@return the page without its style, which {@code report.css} holds, and without the style's hash} */
    static String withoutStyle(String page) {
        return page.replaceFirst("(?s)<style>.*?</style>", "<style></style>")
                .replaceFirst("'sha256-[^']*'", "'sha256-'");
    }

    static void same(String name, String text) throws IOException {
        Path file = Path.of("src/test/resources/report", name);
        if (Boolean.getBoolean("report.write")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
        assertThat(text).isEqualTo(Files.readString(file));
    }
}
