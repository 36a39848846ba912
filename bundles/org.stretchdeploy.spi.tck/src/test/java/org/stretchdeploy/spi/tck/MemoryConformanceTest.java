package org.stretchdeploy.spi.tck;

import org.junit.jupiter.api.Nested;
import org.stretchdeploy.spi.memory.ShopClouds;

/** The kit over the cloud in memory. */
class MemoryConformanceTest {
    private static ConformanceSubject memory() {
        return new MemorySubject(ShopClouds.target("public")
                .template("packages", "tiny", "guest")
                .build());
    }

    @Nested
    class Access extends AccessConformance {
        @Override
        protected ConformanceSubject subject() {
            return memory();
        }
    }

    @Nested
    class Inventory extends InventoryConformance {
        @Override
        protected ConformanceSubject subject() {
            return memory();
        }
    }

    @Nested
    class VApps extends VAppConformance {
        @Override
        protected ConformanceSubject subject() {
            return memory();
        }
    }

    @Nested
    class Vms extends VmConformance {
        @Override
        protected ConformanceSubject subject() {
            return memory();
        }
    }

    @Nested
    class Catalogs extends CatalogConformance {
        @Override
        protected ConformanceSubject subject() {
            return memory();
        }
    }

    @Nested
    class Edges extends EdgeConformance {
        @Override
        protected ConformanceSubject subject() {
            return memory();
        }
    }

    @Nested
    class Tunnels extends TunnelConformance {
        @Override
        protected ConformanceSubject subject() {
            return memory();
        }
    }

    @Nested
    class Tasks extends TaskConformance {
        @Override
        protected ConformanceSubject subject() {
            return memory();
        }
    }
}
