package org.stretchdeploy.vendor.vcd.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.TaskStatus;
import org.stretchdeploy.spi.VAppNetwork;
import org.stretchdeploy.spi.VApps;

/** The first and last calls of a stretch against directors that offer only what one release of the product offers. */
final class VersionProfilesTest {
    @ParameterizedTest
    @CsvSource({"10.3,36", "10.4,37", "10.5,38", "10.6,39"})
    void aRoutedVAppIsMadeReadAndTakenAway(String profile, String major) {
        try (DirectorSubject subject = new DirectorSubject(profile)) {
            Cloud cloud = subject.cloud();
            assertThat(cloud.info().apiVersion()).startsWith(major + ".");
            VApps.NetworkSpec network = new VApps.NetworkSpec(
                    "inner",
                    "",
                    VAppNetwork.FenceMode.NAT_ROUTED,
                    Optional.of(subject.network()),
                    Optional.of(new Subnet("10.99.7.1", 24, List.of(), "", List.of("10.99.7.10-10.99.7.20"))),
                    true);
            VApps.VAppSpec spec = new VApps.VAppSpec("stretch", "", List.of(network));
            ObjectId vApp = done(subject, cloud.vApps().create(subject.vdc(), spec, new Tag("op", "routed-vapp")));
            EdgeServices services =
                    cloud.edges().read(new Edges.VAppEdge(vApp, "inner")).services();
            assertThat(services.firewall().rules()).isNotEmpty();
            done(subject, cloud.vApps().powerOnVApp(vApp));
            assertThat(cloud.inventory().tagged("op")).hasSize(1);
            done(subject, cloud.vApps().delete(vApp));
            assertThat(cloud.inventory().tagged("op")).isEmpty();
        }
    }

    private static ObjectId done(DirectorSubject subject, CloudTask task) {
        TaskStatus status = subject.cloud().status(task);
        for (int poll = 0; poll < subject.mostPolls() && !status.ended(); poll++) {
            subject.pause();
            status = subject.cloud().status(task);
        }
        assertThat(status.state()).isEqualTo(TaskStatus.State.SUCCEEDED);
        return status.owner().or(task::owner).orElseThrow();
    }
}
