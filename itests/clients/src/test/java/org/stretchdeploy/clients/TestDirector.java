package org.stretchdeploy.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;
import org.stretchdeploy.director.embed.DirectorConfig;
import org.stretchdeploy.director.embed.EmbeddedDirector;

/** A director on a free port whose machines are kept in memory, with the accounts that the clients use. */
final class TestDirector implements AutoCloseable {
    private final EmbeddedDirector director;
    private final Path certificate;

    private TestDirector(EmbeddedDirector director, Path certificate) {
        this.director = director;
        this.certificate = certificate;
    }

    static TestDirector start(Path folder) throws IOException, CertificateEncodingException {
        EmbeddedDirector director =
                EmbeddedDirector.start(DirectorConfig.parse("""
                {"name":"clients","listen":{"address":"127.0.0.1","port":0},"stateDirectory":"%s",
                 "host":{"type":"memory"},
                 "organizations":[
                  {"name":"acme","vdcs":[{"name":"acme-vdc","storageLimitMb":40960,"memoryLimitMb":102400}],
                   "users":[{"name":"admin","role":"Organization Administrator","password":"admin-pass"},
                            {"name":"author","role":"vApp Author","password":"author-pass"}],
                   "catalogs":["library"]},
                  {"name":"other","vdcs":[{"name":"other-vdc"}],"catalogs":["eves"],
                   "users":[{"name":"eve","role":"Organization Administrator","password":"eve-pass"}]},
                  {"name":"System","users":[{"name":"root","role":"System Administrator","password":"root-pass"}]}],
                 "externalNetworks":[{"name":"ext","gatewayCidr":"203.0.113.1/24",
                   "ranges":["203.0.113.50-203.0.113.60"],"attachTo":"outside"}],
                 "edgeGateways":[{"name":"edge","vdc":"acme-vdc","externalNetwork":"ext","primaryIp":"203.0.113.10",
                   "extraIps":["203.0.113.11"]}],
                 "orgVdcNetworks":[{"name":"org-net","edgeGateway":"edge","gatewayCidr":"10.0.0.1/24",
                   "pool":"10.0.0.20-10.0.0.90","dns":["10.0.0.2"]}]}
                """.formatted(folder.resolve("state"))));
        Path certificate = folder.resolve("director.pem");
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(director.certificate().getEncoded());
        Files.writeString(certificate, "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
        return new TestDirector(director, certificate);
    }

    String address() {
        return director.uri().toString();
    }

    /** The director's certificate as a PEM file. */
    Path certificate() {
        return certificate;
    }

    @Override
    public void close() {
        director.close();
    }
}
