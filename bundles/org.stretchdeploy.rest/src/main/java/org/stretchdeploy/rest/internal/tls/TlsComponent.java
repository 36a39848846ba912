package org.stretchdeploy.rest.internal.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.rest.internal.RestSettings;

/**
 * Gives the container's web server a certificate and switches it to TLS, unless an admin has configured one.
 *
 * <p>The key store is {@code etc/stretch-tls.p12}, its password {@code etc/stretch-tls.password}; the configuration
 * holds only the name of that file. The certificate's fingerprint is left in {@code data/stretch/tls/fingerprint}.
 */
@Component(service = ConfigurationListener.class, immediate = true, configurationPid = RestSettings.PID)
public final class TlsComponent implements ConfigurationListener {
    private static final Logger LOG = LoggerFactory.getLogger(TlsComponent.class);

    private final ConfigurationAdmin admin;
    private final RestSettings settings;

    @Activate
    public TlsComponent(RestSettings settings, @Reference ConfigurationAdmin admin)
            throws IOException, GeneralSecurityException {
        this.admin = admin;
        this.settings = settings;
        setUp(false);
    }

    /** The web server's own feature brings its file, without TLS, and that may come after us. */
    @Override
    public void configurationEvent(ConfigurationEvent event) {
        if (event.getType() == ConfigurationEvent.CM_UPDATED && WebServerSettings.PID.equals(event.getPid())) {
            try {
                setUp(true);
            } catch (IOException | GeneralSecurityException e) {
                LOG.error("event=tls-not-set-up reason=\"{}\"", e.getMessage());
            }
        }
    }

    /** @param again after a change, which may have been our own: then all is well already */
    private synchronized void setUp(boolean again) throws IOException, GeneralSecurityException {
        if (!settings.manageTls()) {
            return;
        }
        Path etc = Path.of(System.getProperty("karaf.etc", "etc")).toAbsolutePath();
        Path data = Path.of(System.getProperty("karaf.data", "data")).toAbsolutePath();
        var files = new KeyStoreFile(etc.resolve("stretch-tls.p12"), etc.resolve("stretch-tls.password"));
        Configuration configuration = admin.getConfiguration(WebServerSettings.PID, null);
        var now = WebServerSettings.ofDictionary(configuration.getProperties());
        if (WebServerSettings.hasForeignKeyStore(now, files)) {
            LOG.info("event=tls-left-alone reason=key-store-configured");
            return;
        }
        var changed = WebServerSettings.withTls(now, files, settings.tlsPort());
        if (again && changed.isEmpty()) {
            return;
        }
        var certificate = files.ensure(Instant.now());
        String fingerprint = ServerCertificate.fingerprint(certificate);
        Path fingerprintFile = data.resolve("stretch/tls/fingerprint");
        KeyStoreFile.writePrivately(fingerprintFile, (fingerprint + "\n").getBytes(StandardCharsets.US_ASCII));
        if (changed.isPresent()) {
            configuration.update(WebServerSettings.toDictionary(changed.get()));
        }
        LOG.info("event=tls-ready fingerprint={} changed={}", fingerprint, changed.isPresent());
    }
}
