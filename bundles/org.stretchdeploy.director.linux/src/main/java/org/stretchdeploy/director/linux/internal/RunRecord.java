package org.stretchdeploy.director.linux.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.host.VmSpec;

/**
 * What is written down about a VM that is on, so that a host that starts again finds it.
 *
 * @param pid     0 until the program was started
 * @param command what to start again when it ends by itself; empty for a guest, which is not started again
 * @param folder  working folder of the command
 * @param nics    indexes of the NICs that have a port in the fabric
 * @param disks   ids of the disks that it has open
 * @param bootId  which run of the machine's kernel the process id belongs to
 */
record RunRecord(
        String id,
        Kind kind,
        Phase phase,
        long pid,
        long startTicks,
        List<String> command,
        String folder,
        List<Integer> nics,
        List<String> disks,
        String bootId) {
    private static final String FILE = "run.json";
    private static final ObjectMapper JSON =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    /** What plays the VM. */
    enum Kind {
        GUEST,
        APPLIANCE
    }

    /** A run that never got beyond starting is undone by the host that finds it. */
    enum Phase {
        STARTING,
        RUNNING
    }

    /** The record of a VM whose program was not started yet. */
    static RunRecord starting(VmSpec vm, Kind kind, List<String> command, Path folder) {
        return new RunRecord(
                vm.id(),
                kind,
                Phase.STARTING,
                0,
                0,
                command,
                folder.toString(),
                vm.nics().stream().map(VmSpec.Nic::index).toList(),
                vm.disks().stream().map(VmSpec.Disk::diskId).toList(),
                Machine.bootId());
    }

    RunRecord running(ProcessMark process) {
        return new RunRecord(
                id, kind, Phase.RUNNING, process.pid(), process.startTicks(), command, folder, nics, disks, bootId);
    }

    /** After a restart of the machine this is the mark of no process. */
    ProcessMark process() {
        return Machine.bootId().equals(bootId) ? new ProcessMark(pid, startTicks) : new ProcessMark(0, 0);
    }

    void save(Path vmFolder) {
        try {
            StateFolder.write(vmFolder.resolve(FILE), JSON.writeValueAsString(this));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static Optional<RunRecord> load(Path vmFolder) {
        Path file = vmFolder.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(Files.readString(file), RunRecord.class));
        } catch (IOException e) {
            throw new HostException("Cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
