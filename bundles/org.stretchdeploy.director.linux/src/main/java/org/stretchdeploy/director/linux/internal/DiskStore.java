package org.stretchdeploy.director.linux.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.stretchdeploy.director.host.Host.DiskInfo;
import org.stretchdeploy.director.host.HostException;

/**
 * Disks as qcow2 files. The format is always said, never guessed from the content (a guest can write what it likes into
 * its disk), and a file has its name only when it is complete.
 */
final class DiskStore {
    private static final Duration CONVERSION = Duration.ofHours(12);
    private static final String SUFFIX = ".qcow2";
    private static final String KEPT = ".state";

    private final StateFolder state;
    private final Commands commands;
    private final ObjectMapper json = new ObjectMapper();

    DiskStore(StateFolder state, Commands commands) {
        this.state = state;
        this.commands = commands;
    }

    Path file(String diskId) {
        return state.disks().resolve(Names.id(diskId) + SUFFIX);
    }

    /** The file of a disk that must exist. */
    Path existing(String diskId) {
        Path file = file(diskId);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new HostException("Disk " + diskId + " does not exist on this host");
        }
        return file;
    }

    /** Folder that lives as long as the disk, for what an appliance wants to keep. */
    Path kept(String diskId) {
        return state.disks().resolve(Names.id(diskId) + KEPT);
    }

    DiskInfo create(String diskId, long capacityBytes) {
        if (capacityBytes < 512) {
            throw new HostException("A disk of " + capacityBytes + " bytes is not possible");
        }
        long sectors = (capacityBytes + 511) / 512 * 512;
        if (Files.exists(file(diskId))) {
            DiskInfo present = info(diskId);
            if (present.capacityBytes() != sectors) {
                throw new HostException("Disk " + diskId + " exists already with another size");
            }
            return present;
        }
        return make(
                diskId,
                next -> commands.run(
                        List.of("qemu-img", "create", "-q", "-f", "qcow2", next.toString(), Long.toString(sectors))));
    }

    DiskInfo importVmdk(String diskId, Path vmdk) {
        VmdkHeader header = VmdkHeader.read(vmdk);
        DiskInfo info = make(
                diskId,
                next -> commands.run(
                        CONVERSION,
                        List.of(
                                "qemu-img",
                                "convert",
                                "-q",
                                "-f",
                                "vmdk",
                                "-O",
                                "qcow2",
                                option(vmdk),
                                next.toString())));
        if (info.capacityBytes() != header.capacityBytes()) {
            delete(diskId);
            throw new HostException("The imported disk has " + info.capacityBytes() + " bytes, its package says "
                    + header.capacityBytes());
        }
        return info;
    }

    void exportVmdk(String diskId, Path vmdk) {
        Path file = existing(diskId);
        Path next = vmdk.toAbsolutePath().resolveSibling("." + vmdk.getFileName() + ".part");
        try {
            commands.run(
                    CONVERSION,
                    List.of(
                            "qemu-img",
                            "convert",
                            "-q",
                            "-f",
                            "qcow2",
                            "-O",
                            "vmdk",
                            "-o",
                            "subformat=streamOptimized,adapter_type=lsilogic",
                            option(file),
                            next.toString()));
            StateFolder.publish(next, vmdk);
        } catch (IOException e) {
            throw new HostException("Cannot write " + vmdk + ": " + e.getMessage(), e);
        } finally {
            StateFolder.remove(next);
        }
    }

    DiskInfo cloneDisk(String fromDiskId, String toDiskId) {
        Path file = existing(fromDiskId);
        return make(
                toDiskId,
                next -> commands.run(
                        CONVERSION,
                        List.of("cp", "--reflink=auto", "--sparse=always", "--", file.toString(), next.toString())));
    }

    DiskInfo info(String diskId) {
        return info(diskId, existing(diskId));
    }

    private DiskInfo info(String diskId, Path file) {
        String output = commands.run(
                List.of("qemu-img", "info", "--force-share", "-f", "qcow2", "--output=json", option(file)));
        try {
            JsonNode info = json.readTree(output);
            if (info.has("backing-filename")) {
                throw new HostException("Disk " + diskId + " refers to another file");
            }
            return new DiskInfo(
                    diskId,
                    info.path("virtual-size").asLong(),
                    info.path("actual-size").asLong());
        } catch (JsonProcessingException e) {
            throw new HostException("qemu-img gave no valid description of disk " + diskId, e);
        }
    }

    void delete(String diskId) {
        StateFolder.remove(file(diskId));
        StateFolder.remove(kept(diskId));
    }

    Set<String> inventory() {
        Set<String> ids = new TreeSet<>();
        for (String name : StateFolder.children(state.disks())) {
            if (name.endsWith(SUFFIX) && !name.startsWith(".")) {
                ids.add(name.substring(0, name.length() - SUFFIX.length()));
            }
        }
        return ids;
    }

    /** Removes what an interrupted conversion left. */
    void removeUnfinished() {
        for (String name : StateFolder.children(state.disks())) {
            if (name.startsWith(".") && name.endsWith(".part")) {
                StateFolder.remove(state.disks().resolve(name));
            }
        }
    }

    private DiskInfo make(String diskId, Consumer<Path> maker) {
        Path file = file(diskId);
        Path next = state.disks().resolve("." + diskId + ".part");
        try {
            StateFolder.remove(next);
            maker.accept(next);
            StateFolder.publish(next, file);
        } catch (IOException e) {
            throw new HostException("Cannot store disk " + diskId + ": " + e.getMessage(), e);
        } finally {
            StateFolder.remove(next);
        }
        return info(diskId);
    }

    /** A path that no program takes for an option or a protocol. */
    private static String option(Path file) {
        return file.toAbsolutePath().toString();
    }
}
