package org.stretchdeploy.vendor.vcd.wire;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.stretchdeploy.spi.tck.AccessConformance;
import org.stretchdeploy.spi.tck.CatalogConformance;
import org.stretchdeploy.spi.tck.ConformanceSubject;
import org.stretchdeploy.spi.tck.EdgeConformance;
import org.stretchdeploy.spi.tck.InventoryConformance;
import org.stretchdeploy.spi.tck.TaskConformance;
import org.stretchdeploy.spi.tck.TunnelConformance;
import org.stretchdeploy.spi.tck.VAppConformance;
import org.stretchdeploy.spi.tck.VmConformance;

/** The conformance kit on this adapter, over HTTPS against the embedded director. */
final class DirectorConformanceTest {
    private static DirectorSubject director;

    @BeforeAll
    static void start() {
        director = new DirectorSubject("lab");
    }

    @AfterAll
    static void stop() {
        if (director != null) {
            director.close();
        }
    }

    @Nested
    class Access extends AccessConformance {
        @Override
        protected ConformanceSubject subject() {
            return director;
        }
    }

    @Nested
    class Inventory extends InventoryConformance {
        @Override
        protected ConformanceSubject subject() {
            return director;
        }
    }

    @Nested
    class VApps extends VAppConformance {
        @Override
        protected ConformanceSubject subject() {
            return director;
        }
    }

    @Nested
    class Vms extends VmConformance {
        @Override
        protected ConformanceSubject subject() {
            return director;
        }
    }

    @Nested
    class Catalogs extends CatalogConformance {
        @Override
        protected ConformanceSubject subject() {
            return director;
        }
    }

    @Nested
    class Edges extends EdgeConformance {
        @Override
        protected ConformanceSubject subject() {
            return director;
        }
    }

    @Nested
    class Tunnels extends TunnelConformance {
        @Override
        protected ConformanceSubject subject() {
            return director;
        }
    }

    @Nested
    class Tasks extends TaskConformance {
        @Override
        protected ConformanceSubject subject() {
            return director;
        }
    }
}
