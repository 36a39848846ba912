package org.stretchdeploy.rest.internal.tls;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The certificate that the product makes, for a web server and a client in a test. */
public final class TestCertificate {
    private final KeyStoreFile files;

    private TestCertificate(KeyStoreFile files) {
        this.files = files;
    }

    public static TestCertificate in(Path folder) {
        return new TestCertificate(new KeyStoreFile(folder.resolve("tls.p12"), folder.resolve("tls.password")));
    }

    public SslContextFactory.Server serverSide() throws Exception {
        files.ensure(Instant.now());
        var ssl = new SslContextFactory.Server();
        ssl.setKeyStorePath(files.store().toString());
        ssl.setKeyStoreType("PKCS12");
        ssl.setKeyStorePassword(Files.readString(files.password()));
        return ssl;
    }

    public SSLContext clientSide() throws Exception {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", files.ensure(Instant.now()));
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        var context = SSLContext.getInstance("TLSv1.3");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }
}
