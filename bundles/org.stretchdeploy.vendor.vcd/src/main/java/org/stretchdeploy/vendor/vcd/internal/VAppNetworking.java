package org.stretchdeploy.vendor.vcd.internal;

import static org.stretchdeploy.vendor.vcd.internal.map.Requests.media;

import java.util.Optional;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.VAppNetwork;
import org.stretchdeploy.spi.VApps;
import org.stretchdeploy.vendor.vcd.internal.http.Api;
import org.stretchdeploy.vendor.vcd.internal.map.VAppDocuments;
import org.stretchdeploy.vendor.vcd.internal.map.VAppNetworks;
import org.stretchdeploy.vendor.vcd.internal.map.Vms;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/**
 * Adds networks to vApps and removes them. The cloud only takes the whole section back, so it is read, changed in place
 * and written with everything that we do not know. Thread-safe.
 */
final class VAppNetworking {
    private static final String MEDIA = "networkConfigSection";

    private final Entities entities;
    private final Api api;

    VAppNetworking(Entities entities) {
        this.entities = entities;
        this.api = entities.api();
    }

    CloudTask add(ObjectId id, VApps.NetworkSpec spec) {
        String path = entities.vApp(id);
        Elem vApp = api.get(path);
        Optional<VAppNetwork> present = VAppDocuments.networks(vApp).stream()
                .filter(network -> network.name().equals(spec.name()))
                .findFirst();
        if (present.isPresent()) {
            if (!VAppNetworks.sameShape(present.get(), spec)) {
                throw new CloudException(
                        "network-differs",
                        Category.CONFLICT,
                        "The vApp has a network \"" + spec.name()
                                + "\" already, of another kind or with another subnet.");
            }
            return entities.settled(vApp, id);
        }
        Optional<String> parent = spec.parent().map(name -> parentHref(vdcOf(vApp), name));
        Elem section = api.get(sectionPath(path));
        VAppNetworks.append(section, spec, parent);
        return entities.task(api.write("PUT", sectionPath(path), media(MEDIA), section), id);
    }

    CloudTask remove(ObjectId id, String network) {
        String path = entities.vApp(id);
        Optional<Elem> vApp = api.find(path);
        boolean absent = vApp.isEmpty()
                || VAppDocuments.networks(vApp.get()).stream()
                        .noneMatch(n -> n.name().equals(network));
        if (absent) {
            return vApp.map(elem -> entities.settled(elem, id)).orElseGet(() -> CloudTask.done(id));
        }
        requireUnused(vApp.get(), network);
        Elem section = api.get(sectionPath(path));
        section.children("NetworkConfig").stream()
                .filter(config -> config.attribute("networkName").equals(network))
                .forEach(Elem::remove);
        return entities.task(api.write("PUT", sectionPath(path), media(MEDIA), section), id);
    }

    private static void requireUnused(Elem vApp, String network) {
        boolean used = VAppDocuments.vms(vApp).stream()
                .flatMap(vm -> Vms.nics(vm).stream())
                .anyMatch(nic -> nic.network().equals(network));
        if (used) {
            throw new CloudException(
                    "network-in-use",
                    Category.CONFLICT,
                    "A VM of the vApp is still on the network \"" + network + "\".");
        }
    }

    private static String sectionPath(String vAppPath) {
        return vAppPath + "/networkConfigSection/";
    }

    String vdcOf(Elem vApp) {
        return VAppDocuments.link(vApp, "up", media("vdc"))
                .map(href -> entities.id(href).value())
                .orElseThrow(() -> new CloudException(
                        "no-vdc",
                        Category.EXTERNAL,
                        "The cloud does not tell which virtual data center the vApp is in."));
    }

    /** Address of an organization VDC network that is available in a VDC. */
    String parentHref(String vdcPath, String name) {
        return api.get(vdcPath)
                .at("AvailableNetworks")
                .flatMap(networks -> networks.children("Network").stream()
                        .filter(network -> network.attribute("name").equals(name))
                        .findFirst())
                .map(network -> network.attribute("href"))
                .orElseThrow(() -> new CloudException(
                        "no-such-network",
                        Category.USER,
                        "The virtual data center has no network \"" + name + "\" for a vApp network to connect to."));
    }
}
