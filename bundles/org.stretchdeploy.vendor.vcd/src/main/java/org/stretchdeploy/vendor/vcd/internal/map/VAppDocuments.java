package org.stretchdeploy.vendor.vcd.internal.map;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VAppNetwork;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/** Reads parts of vApp documents. Pure functions. */
public final class VAppDocuments {
    /** Key of the metadata entry that marks a fenced VM. */
    public static final String FENCED = "stretch.fenced";

    private VAppDocuments() {}

    /** Whether a task of the cloud holds it. */
    public static boolean busy(Elem vApp) {
        return Tasks.unfinishedOf(vApp).isPresent();
    }

    public static List<VAppNetwork> networks(Elem vApp) {
        return vApp.child("NetworkConfigSection").map(VAppNetworks::read).orElse(List.of());
    }

    public static List<Elem> vms(Elem vApp) {
        return vApp.child("Children").map(children -> children.children("Vm")).orElse(List.of());
    }

    public static Optional<Elem> vm(Elem vApp, String name) {
        return vms(vApp).stream()
                .filter(vm -> vm.attribute("name").equals(name))
                .findFirst();
    }

    /** Address of the first link of a relation and media type (letter case does not matter). */
    public static Optional<String> link(Elem entity, String relation, String mediaType) {
        return entity.children("Link").stream()
                .filter(link -> link.attribute("rel").equals(relation))
                .filter(link -> mediaType.isEmpty() || link.attribute("type").equalsIgnoreCase(mediaType))
                .map(link -> link.attribute("href"))
                .findFirst();
    }

    /** Start order entries, sorted by order. */
    public static List<VApp.Startup> startup(Elem vApp) {
        return vApp.child("ovf:StartupSection")
                .map(section -> section.children("ovf:Item").stream()
                        .map(VAppDocuments::startupEntry)
                        .sorted(Comparator.comparingInt(VApp.Startup::order))
                        .toList())
                .orElse(List.of());
    }

    private static VApp.Startup startupEntry(Elem item) {
        return new VApp.Startup(
                item.attribute("ovf:id"),
                (int) item.numberAttribute("ovf:order", 0),
                item.attribute("ovf:startAction"),
                (int) item.numberAttribute("ovf:startDelay", 0),
                item.attribute("ovf:stopAction"),
                (int) item.numberAttribute("ovf:stopDelay", 0),
                item.attribute("ovf:waitingForGuest").equals("true"));
    }

    /** Makes a start section that was read say these entries; unknown attributes of entries that stay are kept. */
    public static void changeStartup(Elem section, List<VApp.Startup> startup) {
        section.children("ovf:Item").stream()
                .filter(item -> startup.stream().noneMatch(s -> s.vm().equals(item.attribute("ovf:id"))))
                .forEach(Elem::remove);
        for (VApp.Startup entry : startup) {
            Elem item = section.children("ovf:Item").stream()
                    .filter(old -> old.attribute("ovf:id").equals(entry.vm()))
                    .findFirst()
                    .orElseGet(() -> section.insert(List.of("ovf:Info", "ovf:Item", "Link"), "ovf:Item"))
                    .with("ovf:id", entry.vm())
                    .with("ovf:order", String.valueOf(entry.order()))
                    .with("ovf:startAction", entry.startAction())
                    .with("ovf:startDelay", String.valueOf(entry.startDelaySeconds()))
                    .with("ovf:stopAction", entry.stopAction())
                    .with("ovf:stopDelay", String.valueOf(entry.stopDelaySeconds()));
            if (entry.waitingForGuest() != item.attribute("ovf:waitingForGuest").equals("true")) {
                item.with("ovf:waitingForGuest", String.valueOf(entry.waitingForGuest()));
            }
        }
    }

    /** The domain in which a VM bears the fence. */
    public static Optional<String> fenceDomain(Elem metadata) {
        return metadata.children("MetadataEntry").stream()
                .filter(entry -> entry.text("Key").equals(FENCED))
                .map(entry -> entry.text("Domain"))
                .findFirst();
    }

    /** User entries of a Metadata document; the cloud's own (domain SYSTEM) and the fence are left out. */
    public static Map<String, String> metadata(Elem metadata) {
        Map<String, String> values = new HashMap<>();
        for (Elem entry : metadata.children("MetadataEntry")) {
            String domain = entry.text("Domain");
            if ((domain.isEmpty() || domain.equals("GENERAL"))
                    && !entry.text("Key").equals(FENCED)) {
                values.put(entry.text("Key"), entry.rawText("TypedValue", "Value"));
            }
        }
        return values;
    }
}
