package dev.slipway.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that nobody should call: it counts connections and hangs up. */
final class Canary implements AutoCloseable {
    private final ServerSocket socket;
    private final AtomicInteger calls = new AtomicInteger();
    private final Thread ear;

    Canary() {
        try {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ear = new Thread(this::listen, "canary");
        ear.setDaemon(true);
        ear.start();
    }

    /** {@return where it listens, on 127.0.0.1} */
    int port() {
        return socket.getLocalPort();
    }

    /** {@return how many connections were made} */
    int calls() {
        return calls.get();
    }

    private void listen() {
        while (!socket.isClosed()) {
            try {
                Socket call = socket.accept();
                calls.incrementAndGet();
                call.close();
            } catch (IOException e) {
                // Closed: the test is over.
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
