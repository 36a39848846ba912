package org.stretchdeploy.itests.karaf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Our features in a Karaf as its project ships it, installed by its own commands. */
class StockKarafIT {
    private static final String PASSWORD = "only-for-this-test-77";

    private static RunningKaraf karaf;

    @BeforeAll
    static void start() throws Exception {
        karaf = new RunningKaraf("stock.tar.gz", "stock");
        karaf.setting("org.apache.karaf.shell.cfg", "sshPort", Integer.toString(karaf.sshPort));
        karaf.setting("org.apache.karaf.shell.cfg", "sshHost", "127.0.0.1");
        karaf.setting("org.apache.karaf.management.cfg", "rmiRegistryPort", Integer.toString(RunningKaraf.freePort()));
        karaf.setting("org.apache.karaf.management.cfg", "rmiServerPort", Integer.toString(RunningKaraf.freePort()));
        karaf.setting("org.stretchdeploy.rest.cfg", "tlsPort", Integer.toString(karaf.httpsPort));
        karaf.setting("org.stretchdeploy.appliance.cfg", "listenPort", Integer.toString(karaf.agentPort));
        karaf.setting(
                "org.ops4j.pax.url.mvn.cfg",
                "org.ops4j.pax.url.mvn.localRepository",
                System.getProperty("maven.repository"));
        Files.writeString(
                karaf.home.resolve("etc/users.properties"),
                "boss = " + PASSWORD + ",admin,manager,viewer,systembundles,ssh\n");
        karaf.start();
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptions()
                .until(() -> karaf.shell("boss", PASSWORD, "feature:list -i").contains("exit 0"));
    }

    @AfterAll
    static void stop() throws Exception {
        karaf.close();
    }

    @Test
    void featuresInstallAndEverythingAnswers() throws Exception {
        String added = karaf.shell(
                "boss",
                PASSWORD,
                "feature:repo-add mvn:org.stretchdeploy/features/" + System.getProperty("version") + "/xml/features");
        assertThat(added).contains("exit 0");
        // without -r Karaf restarts its own shell in the middle, since that could use libraries that we bring
        String installed =
                karaf.shell("boss", PASSWORD, "feature:install -r stretch-deploy-all stretch-embedded-director");
        assertThat(installed).contains("exit 0");
        assertThat(karaf.log()).doesNotContain("Refreshing bundles");
        karaf.awaitStatus("/stretch/api/v1/clouds", "boss", PASSWORD, 200);
        karaf.awaitStatus("/stretch/soap/v1?wsdl", "boss", PASSWORD, 200);
        var vendors = karaf.client()
                .send(
                        karaf.request("/stretch/api/v1/vendors", "boss", PASSWORD)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(vendors.body()).contains("vcd");
        String bundles = karaf.shell("boss", PASSWORD, "bundle:list -t 75 --no-format");
        assertThat(bundles.lines().filter(line -> line.contains("Stretch Deploy ::")))
                .hasSizeGreaterThan(14)
                .allMatch(line -> line.contains("Active"));
        Path acl = karaf.home.resolve("etc/org.apache.karaf.command.acl.stretch.cfg");
        assertThat(Files.readString(acl)).contains("cloud-add = admin");
        assertThat(karaf.shell("boss", PASSWORD, "stretch:list"))
                .contains("There was no operation yet")
                .contains("exit 0");
    }
}
