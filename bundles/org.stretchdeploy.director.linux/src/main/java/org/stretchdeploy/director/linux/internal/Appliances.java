package org.stretchdeploy.director.linux.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.director.host.Host.StopMode;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.host.VmSpec;

/**
 * Plays a VM of a known product class as a program in a namespace of its own: {@code eth0}, {@code eth1} and so on with
 * the NICs' MAC addresses, and the addresses that guest customization would have given. A program that ends while its
 * VM is on is started again, after one second at first and half a minute at most.
 */
final class Appliances implements Runner {
    private static final Logger LOG = LoggerFactory.getLogger(Appliances.class);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
    private static final long BACK_OFF_LIMIT_SECONDS = 30;
    private static final long STABLE_SECONDS = 60;

    private final Names names;
    private final Namespaces namespaces;
    private final Networks networks;
    private final Commands commands;
    private final StateFolder state;
    private final DiskStore disks;
    private final Settings settings;
    private final Map<String, Restart> restarts = new ConcurrentHashMap<>();

    /** When the program was started last and how long to wait before the next time. */
    private record Restart(long startedNanos, long backOffSeconds) {}

    Appliances(
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

    boolean plays(VmSpec vm) {
        return vm.applianceClass().flatMap(settings::applianceCommand).isPresent();
    }

    @Override
    public RunRecord start(VmSpec vm) {
        String namespace = names.appliance(vm.id());
        Path folder = StateFolder.folder(state.vm(vm.id()));
        Path kept = StateFolder.folder(kept(vm));
        Path environment = folder.resolve("ovf-env.xml");
        List<String> command = vm.applianceClass().flatMap(settings::applianceCommand).orElseThrow().stream()
                .map(word -> word.replace("{ovfEnv}", environment.toString())
                        .replace("{state}", kept.toString())
                        .replace("{id}", vm.id())
                        .replace("{namespace}", namespace)
                        .replace("{name}", vm.name()))
                .toList();
        RunRecord starting = RunRecord.starting(vm, RunRecord.Kind.APPLIANCE, command, kept);
        starting.save(folder);
        try {
            StateFolder.write(environment, vm.ovfEnvironment());
            namespaces.ensure(namespace, List.of("net.ipv4.ip_forward=0"));
            nics(namespace, vm);
            customize(namespace, vm);
            RunRecord run = launch(starting);
            restarts.put(vm.id(), new Restart(System.nanoTime(), 1));
            return run;
        } catch (RuntimeException e) {
            tidy(starting);
            throw e;
        }
    }

    /** Kept beside the first disk, so that it goes when the disk does. */
    private Path kept(VmSpec vm) {
        return vm.disks().isEmpty()
                ? state.vm(vm.id()).resolve("state")
                : disks.kept(vm.disks().get(0).diskId());
    }

    private RunRecord launch(RunRecord run) {
        Path folder = state.vm(run.id());
        List<String> command = namespaces.inside(names.appliance(run.id()));
        command.addAll(run.command());
        long pid = commands.detach(command, Path.of(run.folder()), folder.resolve("console.log"));
        RunRecord running = run.running(ProcessMark.of(pid).orElse(new ProcessMark(pid, 0)));
        running.save(folder);
        return running;
    }

    /** Makes the links that are missing and plugs them in. */
    private void nics(String namespace, VmSpec vm) {
        List<Namespaces.Link> present = namespaces.links(namespace);
        for (VmSpec.Nic nic : vm.nics()) {
            String name = "eth" + nic.index();
            String port = names.nicPort(vm.id(), nic.index());
            if (Networks.find(present, name).isEmpty()) {
                namespaces.ip(
                        namespace,
                        "link add " + name + " address " + Names.mac(nic.macAddress()) + " type veth peer name " + port
                                + " netns " + names.fabric());
            }
            namespaces.ip(names.fabric(), networks.plug(port, nic.networkId(), nic.connected()));
            int mtu = nic.networkId().map(id -> networks.bridge(id).mtu()).orElse(1500);
            namespaces.ip(namespace, "link set " + name + " mtu " + mtu + " up");
        }
    }

    /** Gives the NICs their addresses, once per start; what the program does with them later is its own affair. */
    private void customize(String namespace, VmSpec vm) {
        List<String> lines = new ArrayList<>();
        for (VmSpec.Nic nic : vm.nics()) {
            nic.address().ifPresent(address -> {
                lines.add("addr replace " + Ipv4.cidr(address) + " dev eth" + nic.index());
                nic.gateway().ifPresent(hop -> lines.add("route replace default via " + Ipv4.format(Ipv4.parse(hop))));
            });
        }
        namespaces.ip(namespace, lines);
    }

    /** On as long as its namespace is there: between an end and the next start of its program it is on, too. */
    @Override
    public boolean alive(RunRecord run) {
        return namespaces.exists(names.appliance(run.id()));
    }

    @Override
    public void updateNics(RunRecord run, VmSpec vm) {
        String namespace = names.appliance(vm.id());
        nics(namespace, vm);
        for (int index : run.nics()) {
            if (vm.nics().stream().noneMatch(nic -> nic.index() == index)) {
                namespaces.ip(names.fabric(), networks.plug(names.nicPort(vm.id(), index), Optional.empty(), false));
            }
        }
    }

    @Override
    public RunRecord tend(RunRecord run) {
        if (run.process().alive()) {
            return run;
        }
        Restart last = restarts.computeIfAbsent(run.id(), id -> new Restart(System.nanoTime(), 1));
        long seconds = Duration.ofNanos(System.nanoTime() - last.startedNanos()).toSeconds();
        if (seconds < last.backOffSeconds()) {
            return run;
        }
        long backOff = seconds > STABLE_SECONDS ? 1 : Math.min(BACK_OFF_LIMIT_SECONDS, last.backOffSeconds() * 2);
        LOG.warn("event=appliance-restart vm={} next-back-off-s={}", run.id(), backOff);
        restarts.put(run.id(), new Restart(System.nanoTime(), backOff));
        return launch(run);
    }

    @Override
    public void stop(RunRecord run, StopMode mode) {
        if (mode == StopMode.SHUTDOWN) {
            List<ProcessMark> processes = processes(run.id());
            processes.forEach(ProcessMark::terminate);
            ProcessMark.await(settings.shutdown(), () -> processes.stream().noneMatch(ProcessMark::alive));
        }
        tidy(run);
    }

    private void tidy(RunRecord run) {
        restarts.remove(run.id());
        boolean ended = ProcessMark.await(KILL_LIMIT, () -> {
            List<ProcessMark> processes = processes(run.id());
            processes.forEach(ProcessMark::kill);
            return processes.isEmpty();
        });
        if (!ended) {
            throw new HostException("The program of appliance " + run.id() + " cannot be ended");
        }
        namespaces.delete(names.appliance(run.id()));
        StateFolder.remove(state.vm(run.id()));
    }

    private List<ProcessMark> processes(String vmId) {
        return namespaces.processes(names.appliance(vmId)).stream()
                .flatMap(pid -> ProcessMark.of(pid).stream())
                .filter(ProcessMark::alive)
                .toList();
    }
}
