package org.stretchdeploy.director.internal.cloud;

import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Nic;
import org.stretchdeploy.director.internal.model.ProductSection;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.xml.Ns;
import org.stretchdeploy.director.internal.xml.XmlElement;
import org.stretchdeploy.director.internal.xml.XmlWriter;

/** The OVF environment document of a machine (DSP0243 section 11). */
public final class OvfEnvironment {
    private static final String VE = "http://www.vmware.com/schema/ovfenv";

    private OvfEnvironment() {}

    public static String of(CloudState s, Vm vm) {
        return XmlWriter.write(element(s, vm));
    }

    /** The document's root, for the machine's own document. */
    public static XmlElement element(CloudState s, Vm vm) {
        XmlElement root = XmlElement.of(Ns.OVF_ENVIRONMENT, "Environment").attribute(Ns.OVF_ENVIRONMENT, "id", vm.name);
        root.add(XmlElement.of(Ns.OVF_ENVIRONMENT, "PlatformSection")
                .child("Kind", "Stretch Deploy embedded director")
                .child("Version", "1.0")
                .child("Vendor", "Stretch Deploy")
                .child("Locale", "en"));
        XmlElement properties = XmlElement.of(Ns.OVF_ENVIRONMENT, "PropertySection");
        property(
                properties,
                "vCloud_bootproto",
                vm.nics.stream().anyMatch(n -> n.mode().equals("DHCP")) ? "dhcp" : "static");
        for (ProductSection product : vm.products) {
            for (ProductSection.Property value : product.properties()) {
                property(properties, product.environmentKey(value), value.value());
            }
        }
        for (Nic nic : vm.nics) {
            property(properties, "vCloud_macaddr_" + nic.index(), nic.mac());
            if (!nic.ip().isEmpty()) {
                property(properties, "vCloud_ip_" + nic.index(), nic.ip());
            }
            s.networkOf(vm.containerId, nic.network())
                    .flatMap(n -> n.scopes.stream().findFirst())
                    .ifPresent(scope -> {
                        property(properties, "vCloud_gateway_" + nic.index(), scope.gateway());
                        property(
                                properties,
                                "vCloud_netmask_" + nic.index(),
                                scope.subnet().netmask());
                    });
        }
        root.add(properties);
        XmlElement adapters = XmlElement.of(VE, "EthernetAdapterSection");
        vm.nics.forEach(nic -> adapters.add(XmlElement.of(VE, "Adapter")
                .attribute(VE, "mac", nic.mac())
                .attribute(VE, "network", nic.network())
                .attribute(VE, "unitNumber", 7 + nic.index())));
        root.add(adapters);
        return root;
    }

    private static void property(XmlElement section, String key, String value) {
        section.add(XmlElement.of(Ns.OVF_ENVIRONMENT, "Property")
                .attribute(Ns.OVF_ENVIRONMENT, "key", key)
                .attribute(Ns.OVF_ENVIRONMENT, "value", value));
    }
}
