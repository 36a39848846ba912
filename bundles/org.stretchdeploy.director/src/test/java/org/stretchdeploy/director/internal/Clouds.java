package org.stretchdeploy.director.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.stretchdeploy.director.embed.DirectorConfig;
import org.stretchdeploy.director.embed.EmbeddedDirector;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Clouds and vApps for tests. */
final class Clouds {
    static final String MAC = "00:50:56:2a:00:07";

    private Clouds() {}

    static DirectorConfig config(Path folder, String name) {
        return DirectorConfig.parse("""
                {"name":"%s","listen":{"address":"127.0.0.1","port":0},"stateDirectory":"%s",
                 "host":{"type":"memory"},
                 "organizations":[
                  {"name":"acme","vdcs":[{"name":"acme-vdc","storageLimitMb":4096,"memoryLimitMb":1024}],
                   "users":[{"name":"admin","role":"Organization Administrator","password":"admin-pass"},
                            {"name":"author","role":"vApp Author","password":"author-pass"}],
                   "catalogs":["stretch"]},
                  {"name":"other","vdcs":[{"name":"other-vdc"}],
                   "users":[{"name":"eve","role":"Organization Administrator","password":"eve-pass"}]},
                  {"name":"System","users":[{"name":"root","role":"System Administrator"}]}],
                 "externalNetworks":[{"name":"ext","gatewayCidr":"203.0.113.1/24",
                   "ranges":["203.0.113.50-203.0.113.60"],"attachTo":"outside"}],
                 "edgeGateways":[{"name":"edge","vdc":"acme-vdc","externalNetwork":"ext","primaryIp":"203.0.113.10",
                   "extraIps":["203.0.113.11"]}],
                 "orgVdcNetworks":[
                  {"name":"org-net","edgeGateway":"edge","gatewayCidr":"10.0.0.1/24","pool":"10.0.0.20-10.0.0.60",
                   "dns":["10.0.0.2"]},
                  {"name":"tiny","vdc":"acme-vdc","gatewayCidr":"10.9.0.1/29","pool":"10.9.0.2-10.9.0.2"}]}
                """.formatted(name, folder.resolve(name)));
    }

    static EmbeddedDirector start(Path folder, String name) {
        try {
            return EmbeddedDirector.start(config(folder, name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String routed(Client client, String name) {
        String parent = client.find("orgVdcNetwork", "org-net").replace("/api/network/", "/api/admin/network/");
        return """
                <NetworkConfig networkName="%s"><Description>the shop's own</Description><Configuration>
                <IpScopes><IpScope><IsInherited>false</IsInherited><Gateway>192.168.55.1</Gateway>
                <Netmask>255.255.255.0</Netmask><IsEnabled>true</IsEnabled><IpRanges><IpRange>
                <StartAddress>192.168.55.20</StartAddress><EndAddress>192.168.55.40</EndAddress></IpRange></IpRanges>
                </IpScope></IpScopes><ParentNetwork href="%s"/><FenceMode>natRouted</FenceMode></Configuration>
                </NetworkConfig>""".formatted(name, parent);
    }

    static String isolated(String name) {
        return """
                <NetworkConfig networkName="%s"><Configuration><IpScopes><IpScope><IsInherited>false</IsInherited>
                <Gateway>192.168.55.1</Gateway><Netmask>255.255.255.0</Netmask><IsEnabled>true</IsEnabled></IpScope>
                </IpScopes><FenceMode>isolated</FenceMode></Configuration></NetworkConfig>""".formatted(name);
    }

    /** Composes an empty vApp; gives its href. */
    static String compose(Client client, String name, String... networks) {
        String vdc = client.find("orgVdc", "acme-vdc");
        client.done("POST", vdc + "/action/composeVApp", Client.V + "composeVAppParams+xml", """
                <ComposeVAppParams %s name="%s"><Description>made by a test</Description><InstantiationParams>
                <NetworkConfigSection><ovf:Info/>%s</NetworkConfigSection></InstantiationParams></ComposeVAppParams>""".formatted(
                        Client.NS, name, String.join("", networks)));
        return client.find("vApp", name);
    }

    /** Adds a machine with one disk of 8 MB on a network. */
    static String addVm(Client client, String vapp, String name, String network, String ip, String mac) {
        client.done("POST", vapp + "/action/recomposeVApp", Client.V + "recomposeVAppParams+xml", """
                <RecomposeVAppParams %s deploy="false" powerOn="false"><CreateItem name="%s">
                <Description>a &lt;machine&gt;</Description>
                <NetworkConnectionSection><ovf:Info/><PrimaryNetworkConnectionIndex>0</PrimaryNetworkConnectionIndex>
                %s</NetworkConnectionSection>
                <VmSpecSection Modified="true"><ovf:Info/><NumCpus>1</NumCpus><MemoryResourceMb><Configured>128</Configured>
                </MemoryResourceMb><DiskSection><DiskSettings><SizeMb>8</SizeMb><AdapterType>6</AdapterType></DiskSettings>
                </DiskSection></VmSpecSection></CreateItem></RecomposeVAppParams>""".formatted(
                        Client.NS, name, nic(network, ip, mac)));
        return vm(client, vapp, name);
    }

    static String nic(String network, String ip, String mac) {
        return """
                <NetworkConnection network="%s" needsCustomization="false"><NetworkConnectionIndex>0</NetworkConnectionIndex>
                <IpAddress>%s</IpAddress><IsConnected>true</IsConnected><MACAddress>%s</MACAddress>
                <IpAddressAllocationMode>MANUAL</IpAddressAllocationMode></NetworkConnection>""".formatted(network, ip, mac);
    }

    static String vm(Client client, String vapp, String name) {
        List<String> hits = client.get(vapp).first("Children").stream()
                .flatMap(c -> c.all("Vm").stream())
                .filter(v -> v.attribute("name").orElse("").equals(name))
                .map(v -> v.attribute("href").orElseThrow())
                .toList();
        assertThat(hits).hasSize(1);
        return hits.get(0);
    }

    static String recompose(String inner) {
        return "<RecomposeVAppParams " + Client.NS + " deploy=\"false\" powerOn=\"false\">" + inner
                + "<AllEULAsAccepted>true</AllEULAsAccepted></RecomposeVAppParams>";
    }

    static String sourced(String vm, boolean move, String nic) {
        return "<SourcedItem sourceDelete=\"" + move + "\"><Source href=\"" + vm + "\"/>"
                + (nic.isEmpty()
                        ? ""
                        : "<InstantiationParams><NetworkConnectionSection><ovf:Info/>"
                                + "<PrimaryNetworkConnectionIndex>0</PrimaryNetworkConnectionIndex>" + nic
                                + "</NetworkConnectionSection></InstantiationParams>")
                + "</SourcedItem>";
    }

    static XmlElement connection(Client client, String vm) {
        return client.get(vm)
                .first("NetworkConnectionSection")
                .orElseThrow()
                .first("NetworkConnection")
                .orElseThrow();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
