import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Notes where the JDK that runs it is installed, as a property: {@code java JavaHome.java NAME FILE}. */
class JavaHome {
    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[1]);
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                arguments[0] + "=" + System.getProperty("java.home").replace("\\", "/") + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
