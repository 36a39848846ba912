package org.stretchdeploy.stretch.internal.cloud;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.api.CloudCheck;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.CloudRegistration;
import org.stretchdeploy.api.Clouds;
import org.stretchdeploy.api.Quoted;
import org.stretchdeploy.api.Secret;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudAccount;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudVendor;
import org.stretchdeploy.stretch.internal.run.DurableFiles;

/** The registered clouds, kept in one file; passwords sealed. */
public final class RegisteredClouds implements Clouds, OpenClouds, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegisteredClouds.class);
    private static final int MOST_CLOUDS = 200;

    /** A line of the file. */
    public record Entry(CloudRegistration registration, String sealedPassword) {}

    private final Path file;
    private final ObjectMapper json;
    private final PasswordVault vault;
    private final Supplier<Map<String, CloudVendor>> vendors;
    private final Function<String, Boolean> stretchedTo;
    private final Predicate<String> inUse;
    private final Map<String, Entry> entries = new TreeMap<>();
    private final Map<String, Cloud> open = new ConcurrentHashMap<>();

    /**
     * @param inUse        whether an operation or a stretch uses the cloud of that name
     * @param stretchedVApp whether a vApp, given as {@code cloud/vApp}, is stretched
     */
    public RegisteredClouds(
            Path folder,
            ObjectMapper json,
            Supplier<Map<String, CloudVendor>> vendors,
            Predicate<String> inUse,
            Function<String, Boolean> stretchedVApp) {
        DurableFiles.makePrivateFolder(folder);
        this.file = folder.resolve("clouds.json");
        this.json = json;
        this.vault = new PasswordVault(folder.resolve("vault.key"));
        this.vendors = vendors;
        this.inUse = inUse;
        this.stretchedTo = stretchedVApp;
        load();
    }

    private void load() {
        if (!Files.exists(file)) {
            return;
        }
        try {
            List<Entry> stored = json.readValue(file.toFile(), new TypeReference<>() {});
            stored.forEach(e -> entries.put(e.registration().name().value(), e));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the registered clouds", e);
        }
    }

    private void store() {
        try {
            DurableFiles.replace(file, json.writeValueAsBytes(List.copyOf(entries.values())));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot store the registered clouds", e);
        }
    }

    @Override
    public CloudCheck add(CloudRegistration registration, Secret password) {
        String name = registration.name().value();
        synchronized (entries) {
            refuseTaken(name);
        }
        Cloud cloud = connect(registration, password);
        try {
            CloudCheck check = CloudLook.check(registration.name(), cloud);
            synchronized (entries) {
                refuseTaken(name);
                entries.put(name, new Entry(registration, vault.seal(name, password)));
                store();
            }
            LOG.info("event=cloud-added cloud={} vendor={} api={}", name, registration.vendor(), check.apiVersion());
            return check;
        } finally {
            cloud.close();
        }
    }

    private void refuseTaken(String name) {
        if (entries.containsKey(name)) {
            throw StretchException.conflict(
                    "cloud-exists",
                    "A cloud named " + name + " is registered already; remove it first or choose another name.");
        }
        if (entries.size() >= MOST_CLOUDS) {
            throw StretchException.conflict(
                    "too-many-clouds", "No more than " + MOST_CLOUDS + " clouds can be registered.");
        }
    }

    private Cloud connect(CloudRegistration registration, Secret password) {
        CloudVendor vendor = vendors.get().get(registration.vendor());
        if (vendor == null) {
            throw StretchException.user(
                    "unknown-vendor",
                    "There is no adapter for vendor " + Quoted.quote(registration.vendor()) + "; installed are: "
                            + String.join(", ", vendors()) + ".");
        }
        try {
            return vendor.open(new CloudAccount(registration, password));
        } catch (CloudException e) {
            throw CloudFailures.translate("cloud " + registration.name(), e);
        }
    }

    @Override
    public List<CloudRegistration> list() {
        synchronized (entries) {
            return entries.values().stream().map(Entry::registration).toList();
        }
    }

    @Override
    public void remove(CloudName name) {
        synchronized (entries) {
            require(name.value());
            if (inUse.test(name.value())) {
                throw StretchException.conflict(
                        "cloud-in-use",
                        "Cloud " + name
                                + " is used by an operation or a stretched vApp; bring the VMs back or wait until it has ended.");
            }
            entries.remove(name.value());
            store();
        }
        Optional.ofNullable(open.remove(name.value())).ifPresent(Cloud::close);
        LOG.info("event=cloud-removed cloud={}", name);
    }

    @Override
    public CloudCheck check(CloudName name) {
        try {
            return CloudLook.check(name, open(name.value()));
        } catch (CloudException e) {
            throw CloudFailures.translate("cloud " + name, e);
        }
    }

    @Override
    public List<String> vendors() {
        return vendors.get().keySet().stream().sorted().toList();
    }

    @Override
    public List<VAppSummary> vApps(CloudName name) {
        try {
            return CloudLook.vApps(name, open(name.value()), stretchedTo);
        } catch (CloudException e) {
            throw CloudFailures.translate("cloud " + name, e);
        }
    }

    @Override
    public Cloud open(String name) {
        Entry entry;
        synchronized (entries) {
            entry = require(name);
        }
        Cloud known = open.get(name);
        if (known != null) {
            return known;
        }
        synchronized (open) {
            return open.computeIfAbsent(
                    name, n -> connect(entry.registration(), vault.open(n, entry.sealedPassword())));
        }
    }

    private Entry require(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw StretchException.notFound(
                    "unknown-cloud",
                    "There is no registered cloud " + Quoted.quote(name) + "; registered are: "
                            + (entries.isEmpty() ? "none" : String.join(", ", entries.keySet())) + ".");
        }
        return entry;
    }

    @Override
    public void close() {
        open.values().forEach(Cloud::close);
        open.clear();
    }
}
