package org.stretchdeploy.director.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.director.embed.DirectorConfig;
import org.stretchdeploy.director.host.Host;
import org.stretchdeploy.director.host.HostFactory;
import org.stretchdeploy.director.internal.api.Api;
import org.stretchdeploy.director.internal.api.Handlers;
import org.stretchdeploy.director.internal.cloud.Accounts;
import org.stretchdeploy.director.internal.cloud.Bootstrap;
import org.stretchdeploy.director.internal.cloud.Cloud;
import org.stretchdeploy.director.internal.cloud.FencedSegments;
import org.stretchdeploy.director.internal.cloud.Provisioner;
import org.stretchdeploy.director.internal.cloud.Recovery;
import org.stretchdeploy.director.internal.cloud.Tasks;
import org.stretchdeploy.director.internal.cloud.Uploads;
import org.stretchdeploy.director.internal.http.ApiVersion;
import org.stretchdeploy.director.internal.http.DirectorServer;
import org.stretchdeploy.director.internal.http.Sessions;
import org.stretchdeploy.director.internal.http.TlsIdentity;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.store.Store;

/** A director put together and listening. */
public final class RunningDirector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningDirector.class);
    private static final long FENCES_MILLIS = 250;
    private static final Duration UPLOAD_IDLE = Duration.ofMinutes(60);
    private static final Duration DOWNLOAD_LIFE = Duration.ofHours(24);
    private final DirectorServer server;
    private final Tasks tasks;
    private final Host host;
    private final TlsIdentity identity;
    private final DirectorConfig config;
    private final Map<String, String> generated;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "director-clock");
        thread.setDaemon(true);
        return thread;
    });

    private RunningDirector(
            DirectorConfig config,
            DirectorServer server,
            Tasks tasks,
            Host host,
            TlsIdentity identity,
            Map<String, String> generated) {
        this.config = config;
        this.server = server;
        this.tasks = tasks;
        this.host = host;
        this.identity = identity;
        this.generated = generated;
    }

    public static RunningDirector start(DirectorConfig config, HostFactory factory) throws IOException {
        List<ApiVersion> versions = ApiVersion.profile(config.versionProfile());
        Path folder = privateFolder(config.stateDirectory());
        Path transfer = privateFolder(folder.resolve("transfer"));
        Store store = Store.open(folder.resolve("state.json"));
        Map<String, String> generated = store.update(s -> Bootstrap.run(s, config));
        Host host = factory.create(config.hostSettings(), privateFolder(folder.resolve("host")), config.name());
        Tasks tasks = new Tasks(store);
        Cloud cloud = new Cloud(config, store, tasks, host, new Provisioner(store, host), transfer);
        Handlers handlers = Handlers.of(cloud);
        new Recovery(cloud, handlers.uploads()).run();
        host.onVmStopped(id -> store.change(s -> {
            Vm vm = s.vms.get(id);
            if (vm != null && host.vmState(id) == Host.VmState.ABSENT) {
                vm.poweredOn = false;
            }
        }));
        try {
            Sessions sessions = new Sessions();
            TlsIdentity identity = TlsIdentity.loadOrCreate(folder, config.name(), hosts(config));
            DirectorServer server = new DirectorServer(
                    new InetSocketAddress(InetAddress.getByName(config.listenAddress()), config.port()),
                    identity,
                    new Api(handlers, sessions, new Accounts(store), versions).routes(),
                    sessions,
                    versions,
                    config.publicUrl());
            writeCredentials(config, generated);
            server.start();
            LOG.info(
                    "event=director-started cloud={} port={}",
                    config.name(),
                    server.address().getPort());
            RunningDirector running = new RunningDirector(config, server, tasks, host, identity, generated);
            running.expireTransfers(handlers.uploads());
            running.fences(new FencedSegments(store, host, Clock.systemUTC()));
            return running;
        } catch (GeneralSecurityException e) {
            tasks.close();
            host.close();
            throw new IOException("the director's certificate cannot be made", e);
        } catch (IOException | RuntimeException e) {
            tasks.close();
            host.close();
            throw e;
        }
    }

    private void expireTransfers(Uploads uploads) {
        clock.scheduleWithFixedDelay(
                () -> {
                    try {
                        uploads.expire(UPLOAD_IDLE.toMillis(), DOWNLOAD_LIFE.toMillis());
                    } catch (RuntimeException e) {
                        LOG.warn("event=expiry-failed reason={}", e.getMessage());
                    }
                },
                1,
                1,
                TimeUnit.MINUTES);
    }

    private void fences(FencedSegments segments) {
        segments.look();
        clock.scheduleWithFixedDelay(segments::look, FENCES_MILLIS, FENCES_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static Set<String> hosts(DirectorConfig config) {
        Set<String> hosts = new LinkedHashSet<>();
        if (!config.listenAddress().equals("0.0.0.0") && !config.listenAddress().equals("::")) {
            hosts.add(config.listenAddress());
        }
        config.publicUrl().map(u -> URI.create(u).getHost()).ifPresent(hosts::add);
        return hosts;
    }

    private static Path privateFolder(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        return folder;
    }

    private static void writeCredentials(DirectorConfig config, Map<String, String> generated) throws IOException {
        if (config.credentialsFile().isEmpty() || generated.isEmpty()) {
            return;
        }
        Path file = config.credentialsFile().get();
        StringBuilder text = new StringBuilder(Files.exists(file) ? Files.readString(file) : "");
        generated.forEach((account, password) ->
                text.append(account).append(' ').append(password).append('\n'));
        TlsIdentity.writePrivately(file, text.toString());
    }

    public URI uri() {
        InetSocketAddress address = server.address();
        String host = address.getAddress().isAnyLocalAddress()
                ? "127.0.0.1"
                : config.listenAddress().contains(":") ? "[" + config.listenAddress() + "]" : config.listenAddress();
        return URI.create(config.publicUrl().orElse("https://" + host + ":" + address.getPort()));
    }

    public X509Certificate certificate() {
        return identity.certificate();
    }

    public Host host() {
        return host;
    }

    public Map<String, String> generated() {
        return Map.copyOf(generated);
    }

    /** Generated passwords and those of the configuration. */
    public Map<String, String> passwords() {
        Map<String, String> all = new LinkedHashMap<>(generated);
        config.organizations().forEach(o -> o.users()
                .forEach(u -> u.password().ifPresent(p -> all.put(u.name() + "@" + o.name(), p))));
        return all;
    }

    @Override
    public void close() {
        clock.shutdownNow();
        server.close();
        tasks.close();
        host.close();
    }
}
