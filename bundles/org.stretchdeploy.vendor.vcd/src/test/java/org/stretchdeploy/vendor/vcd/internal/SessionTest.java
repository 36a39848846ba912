package org.stretchdeploy.vendor.vcd.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudAccount;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.vendor.vcd.internal.ScriptedDirector.Answer;

/** Login, versions, trust, and what is done about answers that are late, lost, foreign or harmful. */
final class SessionTest {
    private static final ObjectId VAPP = new ObjectId("/api/vApp/vapp-22222222-2222-2222-2222-222222222222");

    private final ScriptedDirector director = new ScriptedDirector();

    @AfterEach
    void stop() {
        director.close();
    }

    private Cloud open() {
        return new VcdVendor().open(director.account());
    }

    private CloudException refused(CloudAccount account) {
        return catchThrowableOfType(CloudException.class, () -> new VcdVendor().open(account));
    }

    private static CloudException failure(Runnable call) {
        return catchThrowableOfType(CloudException.class, call::run);
    }

    @Test
    void speaksTheHighestCommonVersion() {
        try (Cloud cloud = open()) {
            assertThat(cloud.info().apiVersion()).isEqualTo("38.1");
            assertThat(cloud.info().product()).isEqualTo("VMware Cloud Director 10.5");
            assertThat(cloud.info().rights()).containsExactly("Organization Administrator");
            assertThat(cloud.info().clockSkew().abs()).isLessThanOrEqualTo(Duration.ofSeconds(2));
            assertThat(director.calls("GET", "/api/query.*"))
                    .isNotEmpty()
                    .allSatisfy(call -> assertThat(call.header("Accept")).contains("application/*+xml;version=38.1"));
        }
    }

    @Test
    void anOldCloudHasFewerCapabilitiesAndATooOldOneIsRefused() {
        director.on("GET", "/api/versions", call -> Answer.of(200, ScriptedDirector.versions("34.0", "35.0", "35.2")));
        try (Cloud cloud = open()) {
            assertThat(cloud.info().apiVersion()).isEqualTo("35.2");
            assertThat(cloud.capabilities()).doesNotContain(Capability.L2_VPN, Capability.EDGE_GATEWAY_NAT);
            assertThat(cloud.tunnels()).isEmpty();
        }
        director.on("GET", "/api/versions", call -> Answer.of(200, ScriptedDirector.versions("33.0", "34.0", "40.0")));
        CloudException failure = refused(director.account());
        assertThat(failure.code()).isEqualTo("unsupported-version");
        assertThat(failure.category()).isEqualTo(Category.USER);
        assertThat(failure).hasMessageContaining("33.0 to 40.0");
    }

    @Test
    void somethingElseThanACloudDirectorIsRefused() {
        director.on("GET", "/api/versions", call -> Answer.of(200, "<html><body>hello</body></html>"));
        assertThat(refused(director.account()).code()).isEqualTo("not-a-cloud-director");
        director.on("GET", "/api/versions", call -> Answer.of(200, "hello"));
        assertThat(refused(director.account()).code()).isEqualTo("not-a-cloud-director");
        director.on("GET", "/api/versions", call -> Answer.of(404, ""));
        assertThat(refused(director.account()).category()).isEqualTo(Category.USER);
    }

    @Test
    void aWrongPasswordIsDenied() {
        CloudException failure =
                refused(director.account("wrong secret", Optional.of(director.fingerprint()), Map.of()));
        assertThat(failure.category()).isEqualTo(Category.DENIED);
        assertThat(failure.getMessage()).doesNotContain("wrong secret");
    }

    @Test
    void anUnknownCertificateIsShownWithItsFingerprint() {
        CloudException failure = refused(director.account(ScriptedDirector.PASSWORD, Optional.empty(), Map.of()));
        assertThat(failure.code()).isEqualTo("certificate-not-trusted");
        assertThat(failure.category()).isEqualTo(Category.USER);
        assertThat(failure).hasMessageContaining(director.fingerprint());
        assertThat(director.calls()).isEmpty();
    }

    @Test
    void anotherCertificateThanThePinnedOneIsRefused() {
        String other = "0".repeat(64);
        CloudException failure = refused(director.account(ScriptedDirector.PASSWORD, Optional.of(other), Map.of()));
        assertThat(failure.code()).isEqualTo("certificate-changed");
        assertThat(director.calls()).isEmpty();
    }

    @Test
    void anUnreachableCloudIsTransient() {
        CloudAccount account = director.account();
        director.close();
        CloudException failure = refused(account);
        assertThat(failure.category()).isEqualTo(Category.TRANSIENT);
        assertThat(failure.retryAfter()).isPresent();
    }

    @Test
    void logsInAgainOnceWhenTheTokenHasRunOut() {
        director.on("GET", VAPP.value(), call -> Answer.of(200, Documents.vApp("shop", "")));
        try (Cloud cloud = open()) {
            director.expireTokens();
            assertThat(cloud.inventory().vApp(VAPP).name()).isEqualTo("shop");
            assertThat(director.calls("POST", "/cloudapi/1.0.0/sessions")).hasSize(2);
        }
    }

    @Test
    void anAccountThatWasTakenAwayInTheMiddleIsDenied() {
        try (Cloud cloud = open()) {
            director.expireTokens();
            director.on("POST", "/cloudapi/1.0.0/sessions", call -> Answer.of(401, ""));
            assertThat(failure(() -> cloud.inventory().vApp(VAPP)).category()).isEqualTo(Category.DENIED);
        }
    }

    @Test
    void aReadIsRepeatedWhileTheCloudIsStarting() {
        AtomicInteger asked = new AtomicInteger();
        director.on("GET", VAPP.value(), call -> switch (asked.incrementAndGet()) {
            case 1 -> Answer.of(503, "");
            case 2 -> Answer.CUT;
            default -> Answer.of(200, Documents.vApp("shop", ""));
        });
        try (Cloud cloud = open()) {
            assertThat(cloud.inventory().vApp(VAPP).name()).isEqualTo("shop");
        }
    }

    @Test
    void repetitionHasAnEnd() {
        director.on("GET", VAPP.value(), call -> Answer.of(503, ""));
        try (Cloud cloud = open()) {
            CloudException failure = failure(() -> cloud.inventory().vApp(VAPP));
            assertThat(failure.category()).isEqualTo(Category.TRANSIENT);
            assertThat(director.calls("GET", VAPP.value())).hasSizeBetween(2, 10);
        }
    }

    @Test
    void aSlowAnswerIsNotWaitedForForEver() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        director.on("GET", VAPP.value(), call -> {
            await(release);
            return Answer.of(200, Documents.vApp("shop", ""));
        });
        try (Cloud cloud = open()) {
            CloudException failure = failure(() -> cloud.inventory().vApp(VAPP));
            assertThat(failure.category()).isEqualTo(Category.TRANSIENT);
            assertThat(failure.code()).isEqualTo("no-answer");
        } finally {
            release.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void garbageAndHarmfulDocumentsAreExternalFailures() {
        String entity = "<!DOCTYPE VApp [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>"
                + "<VApp xmlns='http://www.vmware.com/vcloud/v1.5' name='&x;'/>";
        String deep = "<VApp>".repeat(500) + "</VApp>".repeat(500);
        try (Cloud cloud = open()) {
            for (String document : new String[] {"", "garbage", "<VApp", entity, deep}) {
                director.on("GET", VAPP.value(), call -> Answer.of(200, document));
                CloudException failure = failure(() -> cloud.inventory().vApp(VAPP));
                assertThat(failure.category()).as(document).isEqualTo(Category.EXTERNAL);
            }
        }
    }

    @Test
    void aDocumentThatIsTooLongIsNotRead() {
        director.on("GET", VAPP.value(), call -> Answer.of(200, " ".repeat(3 << 20)));
        CloudAccount account = director.account(
                ScriptedDirector.PASSWORD,
                Optional.of(director.fingerprint()),
                Map.of("vcd.max-answer-mebibytes", "1"));
        try (Cloud cloud = new VcdVendor().open(account)) {
            assertThat(failure(() -> cloud.inventory().vApp(VAPP)).code()).isEqualTo("answer-too-long");
        }
    }

    @Test
    void linksToOtherHostsAreNotFollowed() {
        String foreign = "<VAppRecord href='https://169.254.169.254/api/vApp/vapp-22222222-2222-2222-2222-222222222222'"
                + " name='x' vdc='https://169.254.169.254/api/vdc/v' status='POWERED_OFF'></VAppRecord>";
        try (Cloud cloud = open()) {
            director.on("GET", "/api/query\\?type=vApp.*", call -> Answer.of(200, ScriptedDirector.records(foreign)));
            CloudException failure = failure(() -> cloud.inventory().vApps());
            assertThat(failure.code()).isEqualTo("foreign-link");
            assertThat(failure).hasMessageContaining("169.254.169.254").hasMessageContaining(director.origin());
        }
    }

    @Test
    void redirectsAreNotFollowed() {
        director.on("GET", VAPP.value(), call -> Answer.of(302, "").with("Location", "https://elsewhere.example/"));
        try (Cloud cloud = open()) {
            assertThat(failure(() -> cloud.inventory().vApp(VAPP)).category()).isEqualTo(Category.EXTERNAL);
        }
    }

    @Test
    void whatIsNotThereAndWhatIsForbiddenAreToldApart() {
        try (Cloud cloud = open()) {
            assertThat(cloud.inventory().findVApp(VAPP)).isEmpty();
            assertThat(failure(() -> cloud.vApps().powerOnVApp(VAPP)).category())
                    .isEqualTo(Category.NOT_FOUND);
            director.on("GET", VAPP.value(), call -> Answer.of(200, Documents.vApp("shop", "")));
            assertThat(failure(() -> cloud.vApps().powerOnVApp(VAPP)).category())
                    .isEqualTo(Category.DENIED);
        }
    }

    @Test
    void idsThatAreNoneOfOursNeverBecomeRequests() {
        try (Cloud cloud = open()) {
            int before = director.calls().size();
            for (String id : new String[] {
                "/api/vApp/vapp-1/../../admin", "https://x/y", "/api/vApp/vapp-x?y=z", "urn:vcloud:vapp:1", "/", "x"
            }) {
                assertThat(failure(() -> cloud.inventory().vApp(new ObjectId(id)))
                                .category())
                        .isEqualTo(Category.NOT_FOUND);
            }
            assertThat(director.calls()).hasSize(before);
        }
    }

    @Test
    void settingsAreChecked() {
        CloudException failure = refused(director.account(
                ScriptedDirector.PASSWORD,
                Optional.of(director.fingerprint()),
                Map.of("vcd.request-timeout-seconds", "0")));
        assertThat(failure.code()).isEqualTo("invalid-setting");
    }

    @Test
    void logsOutAndRefusesFurtherCalls() {
        Cloud cloud = open();
        cloud.close();
        cloud.close();
        assertThat(director.calls("DELETE", "/cloudapi/1.0.0/sessions/current")).hasSize(1);
        assertThat(failure(() -> cloud.inventory().vApps()).code()).isEqualTo("closed");
    }

    @Test
    void aProviderMayActInATenant() {
        String org = "12121212-1212-1212-1212-121212121212";
        director.on(
                "GET",
                "/api/query\\?type=organization.*",
                call -> Answer.of(
                        200,
                        ScriptedDirector.records("<OrgRecord name='acme' href='/api/org/" + org + "'></OrgRecord>")));
        CloudAccount account = director.account(
                ScriptedDirector.PASSWORD, Optional.of(director.fingerprint()), Map.of("vcd.tenant", "acme"));
        try (Cloud cloud = new VcdVendor().open(account)) {
            cloud.inventory().vApps();
            assertThat(director.calls("GET", "/api/query\\?type=vApp.*"))
                    .isNotEmpty()
                    .allSatisfy(call -> assertThat(call.header("X-VMWARE-VCLOUD-TENANT-CONTEXT"))
                            .contains(org));
        }
        CloudAccount other = director.account(
                ScriptedDirector.PASSWORD, Optional.of(director.fingerprint()), Map.of("vcd.tenant", "nobody"));
        assertThat(refused(other).code()).isEqualTo("no-such-tenant");
    }
}
