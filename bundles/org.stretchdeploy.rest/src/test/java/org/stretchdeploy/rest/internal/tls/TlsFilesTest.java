package org.stretchdeploy.rest.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The web server's key store and settings. */
class TlsFilesTest {
    @Test
    void theKeyIsMadeOnceAndStaysWithItsOwner(@TempDir Path folder) throws Exception {
        var files = new KeyStoreFile(folder.resolve("etc/tls.p12"), folder.resolve("etc/tls.password"));
        var made = files.ensure(Instant.now());
        assertThat(files.ensure(Instant.now())).isEqualTo(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.store())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.password())))
                .isEqualTo("rw-------");
        assertThat(made.getSubjectAlternativeNames())
                .anyMatch(name -> name.get(1).equals("localhost"));
        assertThat(ServerCertificate.fingerprint(made)).matches("[0-9a-f]{64}");
        made.verify(made.getPublicKey());
    }

    @Test
    void settingsAreChangedOnlyWhenTheyMust(@TempDir Path folder) {
        var files = new KeyStoreFile(folder.resolve("tls.p12"), folder.resolve("tls.password"));
        var changed = WebServerSettings.withTls(Map.of(WebServerSettings.SECURE_PORT, "9443"), files, 8443)
                .orElseThrow();
        assertThat(changed)
                .containsEntry(WebServerSettings.SECURE_PORT, "9443")
                .containsEntry("org.osgi.service.http.enabled", "false")
                .containsEntry("org.ops4j.pax.web.ssl.protocols.included", "TLSv1.3")
                .containsEntry("org.ops4j.pax.web.ssl.keystore.password", "$[secret:tls.password]");
        assertThat(WebServerSettings.hasForeignKeyStore(changed, files)).isFalse();
        assertThat(WebServerSettings.hasForeignKeyStore(Map.of(WebServerSettings.KEY_STORE, "/own.p12"), files))
                .isTrue();
        assertThat(WebServerSettings.withTls(Map.of(), files, 8443).orElseThrow())
                .containsEntry(WebServerSettings.SECURE_PORT, "8443");
    }
}
