package org.stretchdeploy.stretch.internal.cloud;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.stretchdeploy.api.CloudCheck;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Clouds;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.OrgVdc;
import org.stretchdeploy.spi.Vm;

/** Reads of one cloud for people. */
final class CloudLook {
    /** Certificates of ours are valid from five minutes before they are made. */
    static final Duration MOST_SKEW = Duration.ofMinutes(5);

    private CloudLook() {}

    static CloudCheck check(CloudName name, Cloud cloud) {
        Cloud.Info info = cloud.info();
        List<OrgVdc> vdcs = cloud.inventory().vdcs();
        List<Finding> findings = new ArrayList<>();
        if (vdcs.isEmpty()) {
            findings.add(new Finding(
                    "no-vdc",
                    Finding.Severity.BLOCKER,
                    name.value(),
                    name.value(),
                    "Our account sees no organization VDC.",
                    "Give the account rights on a VDC of its organization."));
        }
        if (info.clockSkew().abs().compareTo(MOST_SKEW) > 0) {
            findings.add(skew(name.value(), info.clockSkew()));
        }
        for (Capability needed : List.of(
                Capability.ROUTED_VAPP_NETWORK, Capability.COPY_VM, Capability.MOVE_VM, Capability.IDENTITY_EXPORT)) {
            if (!cloud.capabilities().contains(needed)) {
                findings.add(new Finding(
                        "missing-capability",
                        Finding.Severity.WARNING,
                        name.value(),
                        needed.name(),
                        "The cloud does not offer " + needed.name() + ".",
                        "Some operations will be refused; see docs/prechecks.md."));
            }
        }
        boolean usable = findings.stream().noneMatch(Finding::blocks);
        return new CloudCheck(
                name,
                usable,
                info.product(),
                info.apiVersion(),
                info.clockSkew(),
                vdcs.stream().map(OrgVdc::name).toList(),
                findings);
    }

    static Finding skew(String cloud, Duration skew) {
        return new Finding(
                "clock-skew",
                Finding.Severity.BLOCKER,
                cloud,
                cloud,
                "Its clock is " + skew.abs().toSeconds() + " s " + (skew.isNegative() ? "behind" : "ahead of")
                        + " ours.",
                "Set both clocks by NTP; certificates would not be valid otherwise.");
    }

    static List<Clouds.VAppSummary> vApps(CloudName name, Cloud cloud, Function<String, Boolean> stretched) {
        Map<String, String> vdcNames =
                cloud.inventory().vdcs().stream().collect(Collectors.toMap(v -> v.id().value(), OrgVdc::name));
        return cloud.inventory().vApps().stream()
                .map(entry -> new Clouds.VAppSummary(
                        vdcNames.getOrDefault(entry.vdc().value(), ""),
                        entry.name(),
                        entry.state().name(),
                        cloud.inventory()
                                .findVApp(entry.id())
                                .map(v -> v.vms().stream().map(Vm::name).toList())
                                .orElse(List.of()),
                        stretched.apply(name + "/" + entry.name())))
                .toList();
    }
}
