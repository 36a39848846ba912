package org.stretchdeploy.director.embed;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.director.internal.ConfigReader;

/**
 * Everything a director is told at its start. Organizations, networks and edge gateways are created on the first start;
 * later starts add what is new in the configuration and never remove anything.
 *
 * @param name             short name of the cloud: lower-case letters, digits, dash; 1 to 12 characters
 * @param listenAddress    address to bind, e.g. {@code 127.0.0.1}
 * @param port             0 to 65535; 0 takes a free one
 * @param stateDirectory   folder of the director alone; created with access for the owner only
 * @param publicUrl        base of all links, {@code https://host:port}; by default the Host header of each request
 * @param credentialsFile  file that receives the generated passwords (owner access only) on the first start
 * @param versionProfile   {@code 10.3, 10.4, 10.5, 10.6} or {@code lab} (all versions at once)
 * @param emptyVAppPowerOn true: an empty vApp can be powered on, which starts its edges; false: 400 as the real product
 * @param hostType         kind of host, {@code memory} or the type of an available host factory
 * @param hostSettings     handed to the host factory as they are
 */
public record DirectorConfig(
        String name,
        String listenAddress,
        int port,
        Path stateDirectory,
        Optional<String> publicUrl,
        Optional<Path> credentialsFile,
        String versionProfile,
        boolean emptyVAppPowerOn,
        List<OrganizationConfig> organizations,
        List<ExternalNetworkConfig> externalNetworks,
        List<EdgeGatewayConfig> edgeGateways,
        List<OrgVdcNetworkConfig> orgVdcNetworks,
        String hostType,
        Map<String, String> hostSettings) {

    /** @param catalogs names of catalogs to create */
    public record OrganizationConfig(
            String name, List<VdcConfig> vdcs, List<UserConfig> users, List<String> catalogs) {}

    /** Limits of 0 mean unlimited; sizes in MiB. */
    public record VdcConfig(
            String name,
            long storageLimitMb,
            long memoryLimitMb,
            long cpuLimitMhz,
            int vmQuota,
            int networkQuota,
            boolean vappNatNetworks) {}

    /**
     * @param role     {@code System Administrator, Organization Administrator} or {@code vApp Author}
     * @param password absent: one is generated on the first start and printed once
     */
    public record UserConfig(String name, String role, Optional<String> password) {}

    /**
     * @param gatewayCidr address with prefix length that the outside router has, e.g. {@code 203.0.113.1/24}
     * @param ranges      {@code first-last} address ranges given to tenants
     * @param attachTo    name of the network namespace that plays the outside world; may be empty
     */
    public record ExternalNetworkConfig(String name, String gatewayCidr, List<String> ranges, String attachTo) {}

    public record EdgeGatewayConfig(
            String name, String vdc, String externalNetwork, String primaryIp, List<String> extraIps) {}

    /**
     * @param edgeGateway absent: an isolated network
     * @param ranges      static pool, {@code first-last}
     */
    public record OrgVdcNetworkConfig(
            String name,
            String vdc,
            Optional<String> edgeGateway,
            String gatewayCidr,
            List<String> ranges,
            List<String> dns,
            String dnsSuffix,
            String description) {}

    /**
     * Reads the JSON form that the documentation describes.
     *
     * @throws IllegalArgumentException with a sentence that names the wrong key
     */
    public static DirectorConfig read(Path file) {
        return ConfigReader.read(file);
    }

    /** As {@link #read}, from text. */
    public static DirectorConfig parse(String json) {
        return ConfigReader.parse(json);
    }
}
