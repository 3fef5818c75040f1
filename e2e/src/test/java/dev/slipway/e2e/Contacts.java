package dev.slipway.e2e;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs a command in a network of its own, where every address leads here ({@code tools/no-network} lays it out), and writes a
 * line for every connection to one of its ports and for every name that is looked up. What it does not see cannot leave: there
 * is no other way out of that network.
 *
 * <p>Usage: {@code Contacts FILE PORT… -- COMMAND…}; ends with the exit code of the command.
 */
public final class Contacts {
    private static final int DNS = 53;
    private static final int NAME_ERROR = 3;

    /** Nobody's address (RFC 5737). */
    private static final String GOODBYE = "192.0.2.255";

    private final Path file;

    private Contacts(Path file) {
        this.file = file;
    }

    /** Runs the command; see the class. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> words = Arrays.asList(arguments);
        int dashes = words.indexOf("--");
        Contacts contacts = new Contacts(Path.of(words.get(0)));
        Files.writeString(contacts.file, "");
        List<Thread> ears = new ArrayList<>();
        List<ServerSocket> sockets = new ArrayList<>();
        for (String port : words.subList(1, dashes)) {
            ServerSocket socket = new ServerSocket(Integer.parseInt(port));
            sockets.add(socket);
            ears.add(start(() -> contacts.acceptAll(socket)));
        }
        DatagramSocket names = new DatagramSocket(DNS);
        start(() -> contacts.answerAll(names));
        int exitCode = new ProcessBuilder(words.subList(dashes + 1, words.size()))
                .inheritIO()
                .start()
                .waitFor();
        // The kernel takes calls before we see them: our own goodbye comes after the last of them.
        for (ServerSocket socket : sockets) {
            try (Socket goodbye = new Socket(GOODBYE, socket.getLocalPort())) {
                goodbye.getOutputStream().flush();
            }
        }
        for (Thread ear : ears) {
            ear.join();
        }
        System.exit(exitCode);
    }

    private static Thread start(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void acceptAll(ServerSocket socket) {
        while (true) {
            try (Socket call = socket.accept()) {
                String address = call.getLocalAddress().getHostAddress();
                if (address.equals(GOODBYE)) {
                    return;
                }
                note("connection to " + address + ":" + call.getLocalPort());
            } catch (IOException e) {
                note("broken listener: " + e);
                return;
            }
        }
    }

    private void answerAll(DatagramSocket names) {
        byte[] buffer = new byte[1500];
        while (true) {
            try {
                DatagramPacket question = new DatagramPacket(buffer, buffer.length);
                names.receive(question);
                note("name " + name(buffer, question.getLength()));
                // The question itself, marked as the answer "no such name".
                buffer[2] = (byte) (buffer[2] | 0x80);
                buffer[3] = (byte) (0x80 | NAME_ERROR);
                names.send(new DatagramPacket(buffer, question.getLength(), question.getSocketAddress()));
            } catch (IOException e) {
                note("broken name server: " + e);
                return;
            }
        }
    }

    /** The labels after the header of twelve bytes, each with its length before it. */
    private static String name(byte[] packet, int length) {
        List<String> labels = new ArrayList<>();
        int at = 12;
        while (at < length && packet[at] != 0) {
            int size = packet[at];
            labels.add(new String(packet, at + 1, Math.min(size, length - at - 1), StandardCharsets.US_ASCII));
            at += size + 1;
        }
        return String.join(".", labels);
    }

    private synchronized void note(String line) {
        try {
            Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
