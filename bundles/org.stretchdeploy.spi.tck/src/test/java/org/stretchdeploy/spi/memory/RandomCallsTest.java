package org.stretchdeploy.spi.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VAppNetwork.FenceMode;
import org.stretchdeploy.spi.VApps.Mode;
import org.stretchdeploy.spi.VApps.NetworkSpec;
import org.stretchdeploy.spi.VApps.VAppSpec;
import org.stretchdeploy.spi.VApps.VmSpec;
import org.stretchdeploy.spi.Vm;

/**
 * Random calls with random faults: the cloud's own laws hold at every moment, and the same seed tells the same story.
 */
class RandomCallsTest {
    private static final int SEEDS = 60;
    private static final int CALLS = 150;

    @Test
    void theCloudsLawsHoldWhateverHappens() {
        long calls = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            var story = new Story(seed);
            story.run();
            calls += story.cloud.calls().size();
        }
        System.out.println("random calls seeds=" + SEEDS + " writes=" + calls);
    }

    @Test
    void theSameSeedTellsTheSameStory() {
        for (int seed = 1; seed <= 20; seed++) {
            var one = new Story(seed);
            var other = new Story(seed);
            one.run();
            other.run();
            assertThat(other.cloud.calls()).isEqualTo(one.cloud.calls());
            assertThat(other.cloud.canonicalState()).isEqualTo(one.cloud.canonicalState());
        }
    }

    private static final class Story {
        private final Random random;
        final MemoryCloud cloud;
        private final List<CloudTask> tasks = new ArrayList<>();
        private final int seed;

        Story(int seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.cloud = ShopClouds.source("private")
                    .pace(Pace.polls(random.nextInt(4)))
                    .build();
            var faults = new Random(seed * 31L);
            cloud.faults(
                    call -> faults.nextInt(4) > 0 ? Fault.NONE : Fault.values()[faults.nextInt(Fault.values().length)]);
            cloud.witness((who, live) -> assertNoDuplicates(live));
        }

        void run() {
            for (int call = 0; call < CALLS; call++) {
                try {
                    step();
                } catch (CloudException e) {
                    assertThat(e.getMessage()).isNotBlank();
                }
                assertLaws();
            }
            cloud.faults(FaultPlan.NONE);
            for (int tick = 0; cloud.runningTasks() > 0; tick++) {
                assertThat(tick).isLessThan(200);
                cloud.tick();
            }
            clearAway();
        }

        /** Whatever happened, everything of the operation can be found by its tag and taken away. */
        private void clearAway() {
            for (var tagged : cloud.inventory().tagged("op")) {
                switch (tagged.kind()) {
                    case "VApp" -> end(cloud.vApps().delete(tagged.id()));
                    case "VAppTemplate" -> end(cloud.catalogs().deleteTemplate(tagged.id()));
                    case "Vm" -> {
                        end(cloud.vApps().powerOff(tagged.id()));
                        end(cloud.vApps().deleteVm(tagged.id()));
                    }
                    default -> assertThat(tagged.kind()).isEqualTo("Catalog");
                }
            }
            assertThat(cloud.inventory().tagged("op")).as("seed " + seed).isEmpty();
        }

        private void end(CloudTask task) {
            for (int poll = 0; !cloud.status(task).ended(); poll++) {
                assertThat(poll).isLessThan(200);
            }
        }

        private void step() {
            switch (random.nextInt(14)) {
                case 0 -> run(cloud.vApps().create(vdc(), new VAppSpec(word("v"), "", networks()), tag("v")));
                case 1 -> run(cloud.vApps().delete(anyVApp().id()));
                case 2 -> run(cloud.vApps().powerOn(anyVm().id()));
                case 3 -> run(cloud.vApps().powerOff(anyVm().id()));
                case 4 -> run(cloud.vApps().addVm(anyVApp().id(), spec(Mode.COPY), tag("c")));
                case 5 -> run(cloud.vApps().addVm(anyVApp().id(), spec(Mode.MOVE), tag("m")));
                case 6 -> run(cloud.vApps().setNics(anyVm().id(), nics()));
                case 7 -> run(cloud.vApps().deleteVm(anyVm().id()));
                case 8 -> run(cloud.vApps().undeployVApp(anyVApp().id()));
                case 9 -> run(cloud.catalogs().capture(catalog(), anyVApp().id(), word("t"), tag("t")));
                case 10 -> cloud.catalogs().template(catalog(), "t1").ifPresent(this::useTemplate);
                case 11 -> applyEdge();
                case 12 ->
                    tasks.stream()
                            .skip(random.nextInt(tasks.size() + 1))
                            .findFirst()
                            .ifPresent(cloud::cancel);
                default -> tasks.stream().skip(Math.max(0, tasks.size() - 8)).forEach(cloud::status);
            }
        }

        private void useTemplate(Catalogs.Template template) {
            if (random.nextBoolean()) {
                run(cloud.vApps().instantiate(vdc(), word("i"), template.id(), tag("i")));
            } else {
                run(cloud.catalogs().deleteTemplate(template.id()));
            }
        }

        private void applyEdge() {
            var edge = new Edges.VAppEdge(anyVApp().id(), "internal");
            var now = cloud.edges().read(edge);
            run(cloud.edges().apply(edge, now.services(), now.version()));
        }

        private void run(CloudTask task) {
            tasks.add(task);
        }

        private ObjectId vdc() {
            return new ObjectId("private/vdc-1");
        }

        private ObjectId catalog() {
            return new ObjectId("private/catalog-1");
        }

        private String word(String prefix) {
            return prefix + random.nextInt(3);
        }

        private Tag tag(String prefix) {
            return new Tag("op", word(prefix));
        }

        private List<NetworkSpec> networks() {
            return List.of(
                    new NetworkSpec(
                            "private-net", "", FenceMode.BRIDGED, Optional.of("private-net"), Optional.empty(), false),
                    new NetworkSpec(
                            "internal",
                            "",
                            FenceMode.NAT_ROUTED,
                            Optional.of("private-net"),
                            Optional.of(new Subnet("10.1.0.250", 24, List.of(), "", List.of("10.1.0.60-10.1.0.62"))),
                            false));
        }

        private VApp anyVApp() {
            var all = cloud.inventory().vApps();
            if (all.isEmpty()) {
                throw new CloudException("none", CloudException.Category.NOT_FOUND, "nothing there");
            }
            return cloud.inventory().vApp(all.get(random.nextInt(all.size())).id());
        }

        private Vm anyVm() {
            VApp vApp = anyVApp();
            if (vApp.vms().isEmpty()) {
                throw new CloudException("none", CloudException.Category.NOT_FOUND, "nothing there");
            }
            return vApp.vms().get(random.nextInt(vApp.vms().size()));
        }

        private VmSpec spec(Mode mode) {
            List<Vm.Nic> nics = random.nextBoolean() ? List.of() : nics();
            return new VmSpec(anyVm().id(), word("vm"), mode, "", nics, Optional.empty());
        }

        private List<Vm.Nic> nics() {
            String network = random.nextBoolean() ? "internal" : "private-net";
            return List.of(new Vm.Nic(
                    0,
                    network,
                    "02:00:00:00:00:0" + random.nextInt(3),
                    random.nextBoolean() ? Optional.empty() : Optional.of("10.1.0.2" + random.nextInt(3)),
                    Vm.Allocation.POOL,
                    true,
                    true,
                    "VMXNET3"));
        }

        private void assertLaws() {
            var ids = new HashSet<ObjectId>();
            for (var entry : cloud.inventory().vApps()) {
                VApp vApp = cloud.inventory().vApp(entry.id());
                Set<String> names = new HashSet<>();
                for (Vm vm : vApp.vms()) {
                    check(ids.add(vm.id()), "one VM in two places");
                    check(names.add(vm.name()), "one name twice");
                    check(vm.state() != PowerState.MIXED && vm.state() != PowerState.SUSPENDED, "state of a VM");
                }
                vApp.startup().forEach(start -> check(vApp.vm(start.vm()).isPresent(), "start entry of no VM"));
            }
        }

        private void check(boolean law, String broken) {
            if (!law) {
                throw new AssertionError("seed " + seed + ": " + broken);
            }
        }

        private void assertNoDuplicates(List<LiveNic> live) {
            Map<String, LiveNic> seen = new HashMap<>();
            for (LiveNic nic : live) {
                check(seen.put(nic.segment() + nic.mac(), nic) == null, "two live NICs of one MAC address: " + nic);
                nic.address()
                        .ifPresent(address -> check(
                                seen.put(nic.segment() + address, nic) == null,
                                "two live NICs of one address: " + nic));
            }
        }
    }
}
