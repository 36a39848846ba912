package org.stretchdeploy.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.ovf.pack.PackagePolicy;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.TaskStatus;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.memory.MemoryCloud;
import org.stretchdeploy.spi.memory.ShopClouds;

/** A whole vApp as a package from one conforming cloud to another. */
class BetweenCloudsTest {
    private static final ObjectId SOURCE_CATALOG = new ObjectId("private/catalog-1");
    private static final ObjectId TARGET_CATALOG = new ObjectId("public/catalog-1");

    @TempDir
    Path root;

    private final MemoryCloud source = ShopClouds.source("private").build();
    private final MemoryCloud target = ShopClouds.target("public").build();

    @Test
    void everyMachineArrivesWithItsBytes() throws Exception {
        VApp shop = source.inventory().vApp(source.inventory().vApps().get(0).id());
        shop.vms().forEach(vm -> done(source, source.vApps().powerOff(vm.id())));
        ObjectId template = done(source, source.catalogs().capture(SOURCE_CATALOG, shop.id(), "shop", tag("shop")));
        done(source, source.catalogs().openExport(template));
        PackageMover mover = new PackageMover(
                new Staging(root.resolve("staging"), 1L << 30, 0),
                Optional.of(new TestAuthority().newSigner()),
                PackagePolicy.DEFAULT,
                new MoveOptions(5000, 5, Duration.ofMillis(1), Duration.ofMillis(1)),
                time -> {},
                System::nanoTime);

        mover.publish(source, template, "op-1", MoveListener.NONE);
        ObjectId imported =
                mover.transfer("op-1", target, TARGET_CATALOG, "shop", true, tag("import"), MoveListener.NONE);
        assertThat(mover.transfer("op-1", target, TARGET_CATALOG, "shop", true, tag("import"), MoveListener.NONE))
                .isEqualTo(imported);

        assertThat(target.catalogs().upload(imported).state()).isNotEqualTo(Catalogs.State.FAILED);
        ObjectId vdc = target.inventory().vdcs().get(0).id();
        VApp arrived = target.inventory()
                .vApp(done(target, target.vApps().instantiate(vdc, "shop", imported, tag("instance"))));
        for (String name : new String[] {"web", "app", "db"}) {
            byte[] there =
                    target.person().readDisk(arrived.vm(name).orElseThrow().id(), 0);
            byte[] here = source.person().readDisk(shop.vm(name).orElseThrow().id(), 0);
            assertThat(there).isEqualTo(here);
        }
    }

    private static Tag tag(String purpose) {
        return new Tag("op-1", purpose);
    }

    private static ObjectId done(Cloud cloud, CloudTask task) {
        TaskStatus status = cloud.status(task);
        for (int polls = 0; !status.ended(); polls++) {
            assertThat(polls).isLessThan(1000);
            status = cloud.status(task);
        }
        status.failure().ifPresent(failure -> {
            throw failure;
        });
        return status.owner().orElse(new ObjectId("none"));
    }
}
