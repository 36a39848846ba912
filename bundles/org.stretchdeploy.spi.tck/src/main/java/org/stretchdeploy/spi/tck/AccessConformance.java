package org.stretchdeploy.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.api.CloudRegistration;
import org.stretchdeploy.api.Secret;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudAccount;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;

/** Chapter 1: vendor, login, errors, capabilities. */
public abstract class AccessConformance extends ConformanceTest {
    @Test
    void rule_1_1_theVendorsNameIsShortAndLowerCase() {
        assertThat(subject.vendor().name()).matches("[a-z][a-z0-9-]{0,29}");
        assertThat(subject.account().registration().vendor())
                .isEqualTo(subject.vendor().name());
    }

    @Test
    void rule_1_2_anOpenedCloudTellsItsProduct() {
        try (Cloud opened = subject.vendor().open(subject.account())) {
            Cloud.Info info = opened.info();
            assertThat(info.product()).isNotBlank();
            assertThat(info.apiVersion()).isNotBlank();
            assertThat(info.clockSkew()).isNotNull();
            assertThat(info.rights()).isNotNull();
        }
    }

    @Test
    void rule_1_3_aWrongPasswordIsDenied() {
        var wrong = new CloudAccount(subject.account().registration(), Secret.of("not-the-password-of-anybody"));
        refused(Set.of(Category.DENIED), () -> subject.vendor().open(wrong));
    }

    @Test
    void rule_1_4_anUnreachableCloudIsTransient() {
        CloudRegistration here = subject.account().registration();
        var nowhere = new CloudRegistration(
                here.name(),
                here.vendor(),
                URI.create("https://127.0.0.1:1"),
                here.organization(),
                here.user(),
                here.certificateSha256(),
                here.settings());
        CloudException refusal = refused(Set.of(Category.TRANSIENT), () -> subject.vendor()
                .open(new CloudAccount(nowhere, subject.account().password())));
        assertThat(refusal.retryable()).isTrue();
    }

    @Test
    void rule_1_5_capabilitiesDoNotChange() {
        Set<Capability> first = Set.copyOf(cloud.capabilities());
        assertThat(cloud.capabilities()).isEqualTo(first);
    }

    @Test
    void rule_1_6_noMessageTellsThePassword() {
        String password = new String(subject.account().password().reveal());
        CloudException refusal =
                refused(Set.of(Category.NOT_FOUND), () -> cloud.inventory().vApp(subject.absent("VApp")));
        assertThat(refusal.getMessage()).doesNotContain(password);
        assertThat(refusal.toString()).doesNotContain(password);
        assertThat(String.valueOf(cloud)).doesNotContain(password);
    }

    @Test
    void rule_1_7_closingTwiceIsDone() {
        Cloud opened = subject.vendor().open(subject.account());
        opened.close();
        assertThatCode(opened::close).doesNotThrowAnyException();
    }

    @Test
    void rule_1_8_everyRoleIsThere() {
        assertThat(cloud.inventory()).isNotNull();
        assertThat(cloud.vApps()).isNotNull();
        assertThat(cloud.catalogs()).isNotNull();
        assertThat(cloud.edges()).isNotNull();
        assertThat(cloud.tunnels()).isNotNull();
    }
}
