package org.stretchdeploy.appliance.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small HTTPS server for agents. The JDK's own has no limit on the time of a handshake or a request other than a
 * property for the whole JVM, which would also end the uploads of others in the same container; so connections are
 * kept here: TLS 1.3, a client certificate is asked for, every handshake and request has a deadline, connections and
 * those not yet authenticated are counted.
 */
final class HttpsListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpsListener.class);
    private static final int CONNECTIONS = 512;
    private static final int HANDSHAKES = 32;
    private static final int HANDSHAKE_MILLIS = 5000;
    private static final int REQUEST_MILLIS = 60_000;
    private static final int BACKLOG = 128;

    private final ServerSocket server;
    private final SSLContext context;
    private final HttpExchange.Handler handler;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Semaphore handshakes = new Semaphore(HANDSHAKES);
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            1, CONNECTIONS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> daemon(task, "agent-connection"));
    private final ScheduledExecutorService deadlines =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "agent-deadlines"));

    HttpsListener(InetSocketAddress address, SSLContext context, HttpExchange.Handler handler) throws IOException {
        this.context = context;
        this.handler = handler;
        this.server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(address, BACKLOG);
        daemon(this::acceptAll, "agent-listener").start();
    }

    int port() {
        return server.getLocalPort();
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                if (!handshakes.tryAcquire()) {
                    socket.close();
                    continue;
                }
                open.add(socket);
                threads.execute(() -> serve(socket));
            } catch (IOException | java.util.concurrent.RejectedExecutionException e) {
                if (!server.isClosed()) {
                    LOG.warn("event=accept-failed cause=\"{}\"", e.getMessage());
                    handshakes.release();
                }
            }
        }
    }

    private void serve(Socket socket) {
        boolean greeted = false;
        try (socket) {
            SSLSocket secure =
                    (SSLSocket) context.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
            handshake(secure);
            greeted = true;
            handshakes.release();
            HttpExchange.Connection connection = new HttpExchange.Connection(secure);
            while (!server.isClosed()) {
                ScheduledFuture<?> deadline = closeAfter(socket, REQUEST_MILLIS);
                boolean more = connection.serveOne(handler);
                deadline.cancel(false);
                if (!more) {
                    break;
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("event=connection-ended cause=\"{}\"", e.getMessage());
        } finally {
            open.remove(socket);
            if (!greeted) {
                handshakes.release();
            }
        }
    }

    private void handshake(SSLSocket secure) throws IOException {
        secure.setUseClientMode(false);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        parameters.setWantClientAuth(true);
        secure.setSSLParameters(parameters);
        secure.setTcpNoDelay(true);
        secure.setSoTimeout(REQUEST_MILLIS);
        ScheduledFuture<?> deadline = closeAfter(secure, HANDSHAKE_MILLIS);
        secure.startHandshake();
        deadline.cancel(false);
    }

    private ScheduledFuture<?> closeAfter(Socket socket, int millis) {
        return deadlines.schedule(
                () -> {
                    socket.close();
                    return null;
                },
                millis,
                TimeUnit.MILLISECONDS);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdownNow();
        deadlines.shutdownNow();
    }
}
