import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * What runs in a pod to see whether the cluster does what a cluster does: {@code Probe serve} answers every HTTP request on
 * port 8000 with the name of its pod, {@code Probe ask HOST} resolves HOST, asks it for that, and prints it.
 *
 * <p>Compiled on the host and mounted from a ConfigMap, so that it needs no image but the base image.
 */
public final class Probe {

    private Probe() {}

    public static void main(String[] args) throws IOException {
        if (args[0].equals("serve")) {
            serve();
        } else {
            ask(args[1]);
        }
    }

    private static void serve() throws IOException {
        var answer = "pod " + System.getenv("HOSTNAME") + "\n";
        var response = "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + answer.length() + "\r\n\r\n" + answer;
        try (var server = new ServerSocket(8000)) {
            System.out.println("serving");
            while (true) {
                try (var caller = server.accept()) {
                    caller.setSoTimeout(2000);
                    caller.getInputStream().read(new byte[4096]);
                    caller.getOutputStream().write(response.getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    System.out.println("a caller went away: " + e.getMessage());
                }
            }
        }
    }

    private static void ask(String host) throws IOException {
        var address = InetAddress.getByName(host);
        try (var socket = new Socket(address, 80)) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(("GET / HTTP/1.0\r\nHost: " + host + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            System.out.println(address.getHostAddress() + " says " + answer.substring(answer.indexOf("pod ")).strip());
        }
    }
}
