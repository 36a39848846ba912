package org.stretchdeploy.vendor.vcd.internal.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;

/**
 * Sends one request to the endpoint and reads the answer: TLS 1.2 or 1.3, no redirects, whole-exchange time limits,
 * bounded bodies. Thread-safe.
 */
final class Transport {
    /** The request did not get an answer. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;
        private final boolean sent;

        Failed(boolean sent, Throwable cause) {
            super(cause);
            this.sent = sent;
        }

        /** Whether the cloud may have received the request. */
        boolean sent() {
            return sent;
        }
    }

    private final Endpoint endpoint;
    private final Settings settings;
    private final Connections connections;

    Transport(Endpoint endpoint, Optional<String> pin, Settings settings) {
        this.endpoint = endpoint;
        this.settings = settings;
        SSLParameters tls = new SSLParameters();
        tls.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        SSLContext context = Trust.context(pin);
        this.connections = new Connections(() -> HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connectTimeout())
                .sslContext(context)
                .sslParameters(tls)
                .build());
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** Sends and reads the whole answer. */
    Reply send(Request request, Map<String, String> headers) throws Failed {
        BodyHandler<byte[]> bounded = info -> new BoundedBody(settings.maxAnswerBytes());
        HttpResponse<byte[]> response = exchange(request, headers, bounded);
        return new Reply(response.statusCode(), response.headers(), response.body());
    }

    /** Sends and returns as soon as the head of the answer is there; the caller closes the body. */
    HttpResponse<InputStream> open(Request request, Map<String, String> headers) throws Failed {
        return exchange(request, headers, HttpResponse.BodyHandlers.ofInputStream());
    }

    private <T> HttpResponse<T> exchange(Request request, Map<String, String> headers, BodyHandler<T> handler)
            throws Failed {
        HttpRequest.Builder builder = HttpRequest.newBuilder(endpoint.resolve(request.path()));
        headers.forEach(builder::setHeader);
        builder.method(
                request.method(),
                request.reads()
                                || (request.body().length == 0
                                        && !request.method().equals("PUT"))
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofByteArray(request.body()));
        Duration limit = request.timeout().orElse(settings.requestTimeout());
        HttpClient client = request.reads() ? connections.forReads() : connections.forWrites();
        CompletableFuture<HttpResponse<T>> exchange = client.sendAsync(builder.build(), handler);
        try {
            return exchange.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            exchange.cancel(true);
            throw new Failed(true, e);
        } catch (InterruptedException e) {
            exchange.cancel(true);
            Thread.currentThread().interrupt();
            throw new CloudException(
                    "interrupted",
                    request.reads() ? Category.TRANSIENT : Category.EXTERNAL,
                    "Interrupted while waiting for the cloud.",
                    Optional.empty(),
                    e);
        } catch (ExecutionException e) {
            throw failed(e.getCause());
        }
    }

    private Failed failed(Throwable cause) {
        Trust.in(cause).ifPresent(refused -> {
            throw notTrusted(refused);
        });
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof BoundedBody.TooLong) {
                throw new CloudException(
                        "answer-too-long",
                        Category.EXTERNAL,
                        "The cloud's answer is longer than " + settings.maxAnswerBytes() + " bytes and was not read.",
                        Optional.empty(),
                        cause);
            }
            if (t instanceof ConnectException
                    || t instanceof HttpConnectTimeoutException
                    || t instanceof SSLHandshakeException) {
                return new Failed(false, cause);
            }
        }
        return new Failed(true, cause instanceof IOException ? cause : new IOException(cause));
    }

    private CloudException notTrusted(Trust.Refused refused) {
        String seen = refused.fingerprint();
        String message = refused.pinned()
                ? "The certificate of " + endpoint + " is not the pinned one: it has the SHA-256 fingerprint " + seen
                        + ". If the cloud's certificate was renewed, register the cloud with this fingerprint;"
                        + " if not, somebody may be between us and the cloud."
                : "The certificate of " + endpoint + " is not signed by a known authority for this name."
                        + " Its SHA-256 fingerprint is " + seen + ". Compare it with the cloud's own and, if it is the"
                        + " same, register the cloud with this fingerprint to trust exactly this certificate.";
        return new CloudException(
                refused.pinned() ? "certificate-changed" : "certificate-not-trusted",
                Category.USER,
                message,
                Optional.empty(),
                refused);
    }
}
