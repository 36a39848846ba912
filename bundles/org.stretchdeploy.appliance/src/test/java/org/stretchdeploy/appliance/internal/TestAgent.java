package org.stretchdeploy.appliance.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.stretchdeploy.appliance.Enrolment;
import org.stretchdeploy.tunnel.control.ControlJson;
import org.stretchdeploy.tunnel.control.EnrolReply;
import org.stretchdeploy.tunnel.control.EnrolRequest;

/** An agent as a test wants it: says anything, tells the HTTP status. Trusts exactly the pinned CA. */
final class TestAgent {
    private final Enrolment enrolment;
    private final KeyPair keys = DeploymentCa.newKeys();
    private int port;
    private EnrolReply enrolled;
    private byte[] lastBody = new byte[0];

    TestAgent(int port, Enrolment enrolment) throws Exception {
        this.port = port;
        this.enrolment = enrolment;
    }

    TestAgent at(int otherPort) {
        port = otherPort;
        return this;
    }

    int enrol() throws Exception {
        int status = ask("/agent/v1/enrol", enrolment.properties().get("stretch.token"));
        if (status == 200) {
            enrolled = ControlJson.read(lastBody, EnrolReply.class);
        }
        return status;
    }

    int renew() throws Exception {
        return ask("/agent/v1/renew", null);
    }

    private int ask(String path, String token) throws Exception {
        StringWriter pem = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(pem)) {
            writer.writeObject(new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=whatever"), keys.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        }
        return post(path, ControlJson.write(new EnrolRequest(enrolment.agentId(), token, pem.toString())));
    }

    X509Certificate certificate() throws CertificateException {
        return parse(enrolled.certificate());
    }

    int get(String path) throws IOException {
        return status(open(path));
    }

    int await(long version) {
        try {
            HttpsURLConnection connection = open("/agent/v1/desired");
            connection.setRequestProperty("If-None-Match", "\"" + version + "\"");
            connection.setRequestProperty("Prefer", "wait=20");
            return status(connection);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int post(String path, byte[] body) throws IOException {
        HttpsURLConnection connection = open(path);
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        try (var out = connection.getOutputStream()) {
            out.write(body);
        } catch (IOException cutOff) {
            // The server may answer before it has read everything.
        }
        return status(connection);
    }

    private int status(HttpsURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            lastBody = in == null ? new byte[0] : in.readAllBytes();
        }
        return status;
    }

    private HttpsURLConnection open(String path) throws IOException {
        HttpsURLConnection connection = (HttpsURLConnection)
                URI.create("https://127.0.0.1:" + port + path).toURL().openConnection();
        connection.setHostnameVerifier((name, session) -> true);
        connection.setReadTimeout(30_000);
        try {
            KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            if (enrolled != null) {
                store.setKeyEntry("agent", keys.getPrivate(), new char[0], new Certificate[] {certificate()});
            }
            own.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(own.getKeyManagers(), new TrustManager[] {new Pinned()}, null);
            connection.setSSLSocketFactory(context.getSocketFactory());
        } catch (java.security.GeneralSecurityException e) {
            throw new IOException(e);
        }
        return connection;
    }

    private static X509Certificate parse(String pem) throws CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
    }

    private final class Pinned implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            X509Certificate last = chain[chain.length - 1];
            if (!Secrets.digest(last.getEncoded()).equals(enrolment.properties().get("stretch.ca.sha256"))) {
                throw new CertificateException("not the pinned CA");
            }
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
