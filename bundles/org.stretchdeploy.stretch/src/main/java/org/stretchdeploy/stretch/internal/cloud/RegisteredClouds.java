package org.stretchdeploy.stretch.internal.cloud;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import org.stretchdeploy.store.Store;

/** The registered clouds, kept in the store, so that every node has them; passwords sealed. Thread-safe. */
public final class RegisteredClouds implements Clouds, OpenClouds, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegisteredClouds.class);
    private static final int MOST_CLOUDS = 200;

    /** Kind of the documents. */
    public static final String KIND = "cloud";

    /** A document. */
    public record Entry(CloudRegistration registration, String sealedPassword) {}

    /** @param document what it was opened for; another one is another login */
    private record Opened(String document, Cloud cloud) {}

    private final Store store;
    private final ObjectMapper json;
    private final Supplier<Map<String, CloudVendor>> vendors;
    private final Function<String, Boolean> stretchedTo;
    private final Predicate<String> inUse;
    private final Map<String, Opened> open = new ConcurrentHashMap<>();

    /**
     * @param inUse        whether an operation or a stretch uses the cloud of that name
     * @param stretchedVApp whether a vApp, given as {@code cloud/vApp}, is stretched
     */
    public RegisteredClouds(
            Store store,
            ObjectMapper json,
            Supplier<Map<String, CloudVendor>> vendors,
            Predicate<String> inUse,
            Function<String, Boolean> stretchedVApp) {
        this.store = store;
        this.json = json;
        this.vendors = vendors;
        this.inUse = inUse;
        this.stretchedTo = stretchedVApp;
    }

    /** Seals a password for a cloud's document. */
    public static String seal(Store store, String cloud, Secret password) {
        char[] clear = password.reveal();
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(CharBuffer.wrap(clear));
        byte[] exact = Arrays.copyOf(bytes.array(), bytes.limit());
        try {
            return store.vault().seal(KIND + "/" + cloud, exact);
        } finally {
            Arrays.fill(clear, '\0');
            Arrays.fill(bytes.array(), (byte) 0);
            Arrays.fill(exact, (byte) 0);
        }
    }

    private Secret unseal(String cloud, String sealed) {
        byte[] clear = store.vault().open(KIND + "/" + cloud, sealed);
        CharBuffer chars = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(clear));
        char[] value = new char[chars.remaining()];
        chars.get(value);
        try {
            return Secret.of(value);
        } finally {
            Arrays.fill(value, '\0');
            Arrays.fill(clear, (byte) 0);
        }
    }

    private Entry read(String document) {
        try {
            return json.readValue(document, Entry.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot read the record of a registered cloud", e);
        }
    }

    private String write(Entry entry) {
        try {
            return json.writeValueAsString(entry);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public CloudCheck add(CloudRegistration registration, Secret password) {
        String name = registration.name().value();
        refuseTaken(name);
        Cloud cloud = connect(registration, password);
        try {
            CloudCheck check = CloudLook.check(registration.name(), cloud);
            String document = write(new Entry(registration, seal(store, name, password)));
            if (!store.documents().putIfAbsent(KIND, name, document).equals(document)) {
                throw taken(name);
            }
            LOG.info("event=cloud-added cloud={} vendor={} api={}", name, registration.vendor(), check.apiVersion());
            return check;
        } finally {
            cloud.close();
        }
    }

    private void refuseTaken(String name) {
        Map<String, String> all = store.documents().all(KIND);
        if (all.containsKey(name)) {
            throw taken(name);
        }
        if (all.size() >= MOST_CLOUDS) {
            throw StretchException.conflict(
                    "too-many-clouds", "No more than " + MOST_CLOUDS + " clouds can be registered.");
        }
    }

    private static StretchException taken(String name) {
        return StretchException.conflict(
                "cloud-exists",
                "A cloud named " + name + " is registered already; remove it first or choose another name.");
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
        return store.documents().all(KIND).values().stream()
                .map(document -> read(document).registration())
                .toList();
    }

    @Override
    public void remove(CloudName name) {
        require(name.value());
        if (inUse.test(name.value())) {
            throw StretchException.conflict(
                    "cloud-in-use",
                    "Cloud " + name
                            + " is used by an operation or a stretched vApp; bring the VMs back or wait until it has ended.");
        }
        store.documents().delete(KIND, name.value());
        Optional.ofNullable(open.remove(name.value()))
                .ifPresent(opened -> opened.cloud().close());
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
        String document = require(name);
        Opened known = open.get(name);
        if (known != null && known.document().equals(document)) {
            return known.cloud();
        }
        synchronized (open) {
            return open.compute(name, (key, before) -> {
                        if (before != null && before.document().equals(document)) {
                            return before;
                        }
                        Entry entry = read(document);
                        Cloud cloud = connect(entry.registration(), unseal(name, entry.sealedPassword()));
                        if (before != null) {
                            before.cloud().close();
                        }
                        return new Opened(document, cloud);
                    })
                    .cloud();
        }
    }

    private String require(String name) {
        return store.documents().find(KIND, name).orElseThrow(() -> {
            Set<String> names = store.documents().all(KIND).keySet();
            return StretchException.notFound(
                    "unknown-cloud",
                    "There is no registered cloud " + Quoted.quote(name) + "; registered are: "
                            + (names.isEmpty() ? "none" : String.join(", ", names)) + ".");
        });
    }

    @Override
    public void close() {
        open.values().forEach(opened -> opened.cloud().close());
        open.clear();
    }
}
