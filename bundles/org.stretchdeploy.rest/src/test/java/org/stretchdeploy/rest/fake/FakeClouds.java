package org.stretchdeploy.rest.fake;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.stretchdeploy.api.CloudCheck;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.CloudRegistration;
import org.stretchdeploy.api.Clouds;
import org.stretchdeploy.api.Quoted;
import org.stretchdeploy.api.Secret;
import org.stretchdeploy.api.StretchException;

/** Clouds in memory; the right password is {@link #PASSWORD}, and every cloud has the vApp {@code shop}. */
public final class FakeClouds implements Clouds {
    /** What {@link #add} accepts. */
    public static final String PASSWORD = "open sesame";

    private final Map<CloudName, CloudRegistration> registered = new ConcurrentHashMap<>();

    @Override
    public CloudCheck add(CloudRegistration registration, Secret password) {
        if (!vendors().contains(registration.vendor())) {
            throw StretchException.user(
                    "unknown-vendor", "There is no adapter for " + Quoted.quote(registration.vendor()) + ".");
        }
        if (!password.equals(Secret.of(PASSWORD))) {
            throw new StretchException(
                    StretchException.Kind.DENIED,
                    "cloud-login-failed",
                    "The cloud refuses the password.",
                    List.of(),
                    null);
        }
        if (registration.endpoint().getHost().equals("unreachable.example")) {
            throw StretchException.external("cloud-unreachable", "The cloud does not answer.", null);
        }
        if (registered.putIfAbsent(registration.name(), registration) != null) {
            throw StretchException.conflict("cloud-exists", "The name is taken.");
        }
        return checkOf(registration.name());
    }

    @Override
    public List<CloudRegistration> list() {
        return registered.values().stream()
                .sorted(java.util.Comparator.comparing(CloudRegistration::name))
                .toList();
    }

    @Override
    public void remove(CloudName name) {
        known(name);
        registered.remove(name);
    }

    @Override
    public CloudCheck check(CloudName name) {
        known(name);
        return checkOf(name);
    }

    @Override
    public List<String> vendors() {
        return List.of("vcd");
    }

    @Override
    public List<VAppSummary> vApps(CloudName name) {
        known(name);
        return List.of(new VAppSummary("vdc-1", "shop", "POWERED_ON", List.of("web", "app", "db"), false));
    }

    private static CloudCheck checkOf(CloudName name) {
        return new CloudCheck(
                name, true, "Cloud Director 10.6", "39.0", Duration.ofMillis(1500), List.of("vdc-1"), List.of());
    }

    private void known(CloudName name) {
        if (!registered.containsKey(name)) {
            throw StretchException.notFound("unknown-cloud", "There is no cloud " + Quoted.quote(name.value()) + ".");
        }
    }
}
