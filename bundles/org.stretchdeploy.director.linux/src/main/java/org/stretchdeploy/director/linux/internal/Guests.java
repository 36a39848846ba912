package org.stretchdeploy.director.linux.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.director.host.Host.StopMode;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.host.VmSpec;

/** Plays VMs as QEMU guests whose NICs are taps in the fabric. */
final class Guests implements Runner {
    private static final Logger LOG = LoggerFactory.getLogger(Guests.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration BUTTON_INTERVAL = Duration.ofSeconds(3);
    private static final Duration QUIT_LIMIT = Duration.ofSeconds(3);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
    /** What the emulator needs besides the guest's memory, in MiB. */
    private static final int OVERHEAD_MB = 48 + QemuCommandLine.CODE_BUFFER_MB;

    private final Names names;
    private final Namespaces namespaces;
    private final Networks networks;
    private final Commands commands;
    private final StateFolder state;
    private final DiskStore disks;
    private final Settings settings;

    Guests(
            Names names,
            Namespaces namespaces,
            Networks networks,
            Commands commands,
            StateFolder state,
            DiskStore disks,
            Settings settings) {
        this.names = names;
        this.namespaces = namespaces;
        this.networks = networks;
        this.commands = commands;
        this.state = state;
        this.disks = disks;
        this.settings = settings;
    }

    @Override
    public RunRecord start(VmSpec vm) {
        QemuCommandLine.Files files = files(vm.id());
        List<String> arguments =
                QemuCommandLine.build(vm, files, disks::existing, index -> names.nicPort(vm.id(), index));
        vm.nics().forEach(nic -> nic.networkId().ifPresent(networks::bridge));
        requireMemory(vm);
        Path folder = StateFolder.folder(state.vm(vm.id()));
        RunRecord starting = RunRecord.starting(vm, RunRecord.Kind.GUEST, List.of(), folder);
        starting.save(folder);
        try {
            StateFolder.write(files.environment(), vm.ovfEnvironment());
            StateFolder.write(
                    files.properties(),
                    new TreeMap<>(vm.properties())
                            .entrySet().stream()
                                    .map(e -> e.getKey() + "=" + e.getValue().replaceAll("[\\r\\n]", " ") + "\n")
                                    .collect(Collectors.joining()));
            taps(vm);
            List<String> command = namespaces.inside(names.fabric(), settings.qemu());
            command.addAll(arguments);
            commands.run(START_LIMIT, command);
            RunRecord run = starting.running(started(files));
            letRun(vm, files);
            run.save(folder);
            return run;
        } catch (RuntimeException | IOException e) {
            tidy(starting);
            throw e instanceof HostException known
                    ? known
                    : new HostException("VM " + vm.name() + " did not start: " + e.getMessage(), e);
        }
    }

    private void requireMemory(VmSpec vm) {
        long needed = vm.memoryMb() + (long) OVERHEAD_MB;
        long available = Machine.availableMemory() >> 20;
        if (needed > available) {
            throw new HostException("Not enough memory on the host to start " + vm.name() + ": it needs " + needed
                    + " MB, " + available + " MB are available");
        }
    }

    /** The taps exist before the emulator does, so that a NIC that is not connected never sends a frame. */
    private void taps(VmSpec vm) {
        List<Namespaces.Link> links = namespaces.links(names.fabric());
        List<String> lines = new ArrayList<>();
        for (VmSpec.Nic nic : vm.nics()) {
            String tap = names.nicPort(vm.id(), nic.index());
            if (Networks.find(links, tap).isPresent()) {
                lines.add("link del " + tap);
            }
            lines.add("tuntap add dev " + tap + " mode tap");
            lines.addAll(networks.plug(tap, nic.networkId(), nic.connected()));
        }
        namespaces.ip(names.fabric(), lines);
    }

    private ProcessMark started(QemuCommandLine.Files files) {
        return process(files).orElseThrow(() -> new HostException("The emulator ended at once; see " + files.serial()));
    }

    /** The emulator of this folder, known by its own process id file and by that file's name in its command line. */
    private Optional<ProcessMark> process(QemuCommandLine.Files files) {
        try {
            String text =
                    Files.exists(files.pid()) ? Files.readString(files.pid()).strip() : "";
            if (!text.matches("\\d{1,10}")) {
                return Optional.empty();
            }
            return ProcessMark.of(Long.parseLong(text)).filter(mark -> ProcessMark.commandLine(mark.pid())
                    .contains(files.pid().toString()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void letRun(VmSpec vm, QemuCommandLine.Files files) throws IOException {
        try (Qmp qmp = new Qmp(files.socket())) {
            for (VmSpec.Nic nic : vm.nics()) {
                qmp.execute("set_link", Map.of("name", "nic" + nic.index(), "up", nic.connected()));
            }
            qmp.execute("cont", Map.of());
        }
    }

    @Override
    public boolean alive(RunRecord run) {
        return run.process().alive();
    }

    @Override
    public void updateNics(RunRecord run, VmSpec vm) {
        for (VmSpec.Nic nic : vm.nics()) {
            if (!run.nics().contains(nic.index())) {
                throw new HostException(
                        "NIC " + nic.index() + " of " + vm.name() + " can be added only while the machine is off");
            }
        }
        List<String> lines = new ArrayList<>();
        for (int index : run.nics()) {
            Optional<VmSpec.Nic> nic =
                    vm.nics().stream().filter(n -> n.index() == index).findFirst();
            lines.addAll(networks.plug(
                    names.nicPort(vm.id(), index),
                    nic.flatMap(VmSpec.Nic::networkId),
                    nic.map(VmSpec.Nic::connected).orElse(false)));
        }
        namespaces.ip(names.fabric(), lines);
        try (Qmp qmp = new Qmp(files(vm.id()).socket())) {
            for (VmSpec.Nic nic : vm.nics()) {
                qmp.execute("set_link", Map.of("name", "nic" + nic.index(), "up", nic.connected()));
            }
        } catch (IOException e) {
            throw new HostException("Cannot change the NICs of " + vm.name() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void stop(RunRecord run, StopMode mode) {
        if (mode == StopMode.SHUTDOWN && run.process().alive()) {
            shutDown(run);
        }
        tidy(run);
    }

    /** Presses the power button again now and then: a guest that is still starting does not notice the first time. */
    private void shutDown(RunRecord run) {
        long end = System.nanoTime() + settings.shutdown().toNanos();
        while (System.nanoTime() < end && control(run.id(), "system_powerdown")) {
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            if (run.process().gone(left.compareTo(BUTTON_INTERVAL) < 0 ? left : BUTTON_INTERVAL)) {
                return;
            }
        }
    }

    @Override
    public void whilePaused(RunRecord run, Runnable work) {
        try (Qmp qmp = new Qmp(files(run.id()).socket())) {
            // Stopping also writes out what the emulator holds back, so that the files are as after a power failure.
            qmp.execute("stop", Map.of());
            try {
                work.run();
            } finally {
                qmp.execute("cont", Map.of());
            }
        } catch (IOException e) {
            throw new HostException("Cannot pause VM " + run.id() + ": " + e.getMessage(), e);
        }
    }

    private boolean control(String vmId, String command) {
        try (Qmp qmp = new Qmp(files(vmId).socket())) {
            qmp.execute(command, Map.of());
            return true;
        } catch (IOException | HostException e) {
            LOG.warn("event=control-failed vm={} command={} reason={}", vmId, command, e.getMessage());
            return false;
        }
    }

    /** Ends the emulator if it is there, in whatever state, and removes taps and files. */
    private void tidy(RunRecord run) {
        Optional<ProcessMark> process = run.process().alive() ? Optional.of(run.process()) : process(files(run.id()));
        process.filter(ProcessMark::alive).ifPresent(emulator -> {
            if (!control(run.id(), "quit") || !emulator.gone(QUIT_LIMIT)) {
                emulator.kill();
            }
            if (!emulator.gone(KILL_LIMIT)) {
                throw new HostException(
                        "The emulator of " + run.id() + " (process " + emulator.pid() + ") cannot be ended");
            }
        });
        if (namespaces.exists(names.fabric())) {
            List<Namespaces.Link> links = namespaces.links(names.fabric());
            namespaces.ip(
                    names.fabric(),
                    run.nics().stream()
                            .map(index -> names.nicPort(run.id(), index))
                            .filter(tap -> Networks.find(links, tap).isPresent())
                            .map(tap -> "link del " + tap)
                            .toList());
        }
        StateFolder.remove(files(run.id()).socket());
        StateFolder.remove(state.vm(run.id()));
    }

    private QemuCommandLine.Files files(String vmId) {
        Path folder = state.vm(vmId);
        return new QemuCommandLine.Files(
                folder.resolve("qemu.pid"),
                settings.sockets().resolve(Names.hash(vmId) + ".qmp"),
                folder.resolve("serial.log"),
                folder.resolve("ovf-env.xml"),
                folder.resolve("ovf-properties"));
    }
}
