package org.stretchdeploy.director.internal.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.director.host.Host;
import org.stretchdeploy.director.internal.memory.MemoryHost;
import org.stretchdeploy.director.internal.memory.MemoryHostFactory;
import org.stretchdeploy.director.internal.model.MetadataEntry;
import org.stretchdeploy.director.internal.model.Nic;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.store.Store;

/** The host's switches know what is fenced, and the state knows what they keep out. */
class FencedSegmentsTest {
    private static final String MAC = "00:50:56:2a:0f:01";

    @TempDir
    Path folder;

    private Store store;
    private MemoryHost host;
    private FencedSegments segments;
    private Instant now = Instant.parse("2026-11-23T10:00:00Z");
    private String vm;

    @BeforeEach
    void open() throws IOException {
        store = Store.open(folder.resolve("state.json"));
        host = (MemoryHost) new MemoryHostFactory().create(Map.of(), folder.resolve("host"), "test");
        segments = new FencedSegments(store, host, () -> now);
        store.change(s -> {
            Vm web = new Vm();
            web.id = "vm-1";
            web.name = "web";
            web.containerId = "vapp-1";
            web.nics.add(new Nic(0, "lan", MAC, false, "MANUAL", "192.168.55.30", "", "VMXNET3", false));
            s.vms.put(web.id, web);
            vm = web.id;
        });
    }

    private void mark(boolean fenced) {
        store.change(s -> {
            if (fenced) {
                s.vms.get(vm)
                        .metadata
                        .put(
                                Fences.KEY,
                                new MetadataEntry(Fences.KEY, "st-1", "MetadataStringValue", "GENERAL", "READWRITE"));
            } else {
                s.vms.get(vm).metadata.remove(Fences.KEY);
            }
        });
    }

    private void look(int seconds) {
        now = now.plusSeconds(seconds);
        segments.look();
    }

    private boolean heard() {
        return store.read(s -> s.vms.get(vm).heard);
    }

    @Test
    void theSwitchesFollowTheMarks() {
        look(0);
        assertThat(host.fenced()).isEmpty();
        mark(true);
        look(0);
        assertThat(host.fenced()).containsExactly(new Host.FencedNic(vm, MAC));
        mark(false);
        look(0);
        assertThat(host.fenced()).isEqualTo(Set.of());
    }

    @Test
    void whatIsKeptOutCountsAsRunningUntilItIsSilent() {
        host.sends(vm, true);
        look(0);
        assertThat(heard()).isFalse();
        mark(true);
        look(3);
        assertThat(heard()).isTrue();
        look(3);
        host.sends(vm, false);
        look(8);
        assertThat(heard()).isTrue();
        look(4);
        assertThat(heard()).isFalse();
    }
}
