package org.stretchdeploy.rest.internal.gate;

import java.util.Hashtable;
import javax.servlet.Servlet;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.rest.internal.ApiJson;

/**
 * Registers what answers while a surface is not there.
 *
 * <p>The web server remembers for each path which servlet a request came to. A request that is looked up in the very moment
 * in which a surface comes may be remembered for the servlet that was there before, for good: whoever asks for that path is
 * told for ever that the surface is not ready. So when a surface is there and somebody still comes here for it, the servlet is
 * registered anew, which makes the web server forget. Thread-safe.
 */
final class FallbackServlet implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FallbackServlet.class);
    private static final String NAME = "osgi.http.whiteboard.servlet.name";
    /** A surface that is registered but could not start is no reason to do it all the time. */
    private static final long PAUSE_NANOS = 5_000_000_000L;

    private final BundleContext bundle;
    private ServiceRegistration<Servlet> registration;
    private long renewedNanos = System.nanoTime() - PAUSE_NANOS;
    private boolean closed;

    FallbackServlet(BundleContext bundle) {
        this.bundle = bundle;
        this.registration = register();
    }

    private ServiceRegistration<Servlet> register() {
        var properties = new Hashtable<String, Object>();
        properties.put(NAME, "stretch-not-ready");
        properties.put("osgi.http.whiteboard.servlet.pattern", "/stretch/*");
        return bundle.registerService(Servlet.class, new NotReadyServlet(ApiJson.mapper(), this::asked), properties);
    }

    /** Somebody asked for a surface, by this path. */
    void asked(String path) {
        if (isThere(path.startsWith("/api/") ? "stretch-rest" : "stretch-soap") && isDue()) {
            // Not on the thread of the request, which the web server would have to wait for.
            Thread thread = new Thread(this::renew, "stretch-not-ready");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private synchronized boolean isDue() {
        boolean due = !closed && System.nanoTime() - renewedNanos >= PAUSE_NANOS;
        if (due) {
            renewedNanos = System.nanoTime();
        }
        return due;
    }

    private boolean isThere(String name) {
        try {
            return !bundle.getServiceReferences(Servlet.class, "(" + NAME + "=" + name + ")")
                    .isEmpty();
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized void renew() {
        if (!closed) {
            LOG.info("event=stale-path-forgotten");
            registration.unregister();
            registration = register();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        registration.unregister();
    }
}
