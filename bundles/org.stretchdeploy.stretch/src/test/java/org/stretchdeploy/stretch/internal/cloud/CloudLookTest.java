package org.stretchdeploy.stretch.internal.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.api.CloudCheck;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.Inventory;
import org.stretchdeploy.spi.memory.MemoryCloud;
import org.stretchdeploy.spi.memory.ShopClouds;

/** What people are told about one cloud. */
final class CloudLookTest {
    private static CloudCheck check(Cloud cloud) {
        return CloudLook.check(new CloudName("private"), cloud);
    }

    @Test
    void aGoodCloudIsUsable() {
        CloudCheck check = check(ShopClouds.source("private").build());
        assertThat(check.usable()).isTrue();
        assertThat(check.findings()).isEmpty();
        assertThat(check.vdcs()).containsExactly("private-vdc");
    }

    @Test
    void anAccountWithoutVdc() {
        MemoryCloud cloud = ShopClouds.source("private").build();
        Inventory empty = (Inventory) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Inventory.class}, (p, method, args) -> List.of());
        Cloud blind = (Cloud) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Cloud.class},
                (p, method, args) -> method.getName().equals("inventory") ? empty : method.invoke(cloud, args));
        assertThat(check(blind).usable()).isFalse();
        assertThat(check(blind).findings()).extracting(Finding::id).containsExactly("no-vdc");
    }

    @Test
    void aClockThatIsOff() {
        var info = new Cloud.Info("Memory cloud 1", "1", Duration.ofMinutes(6), Set.of());
        CloudCheck check = check(ShopClouds.source("private").info(info).build());
        assertThat(check.usable()).isFalse();
        assertThat(check.findings()).extracting(Finding::id).containsExactly("clock-skew");
    }

    @Test
    void aCloudThatCannotDoEverything() {
        CloudCheck check =
                check(ShopClouds.source("private").without(Capability.MOVE_VM).build());
        assertThat(check.usable()).isTrue();
        assertThat(check.findings()).extracting(Finding::id).containsExactly("missing-capability");
    }
}
