package org.stretchdeploy.director.linux.internal;

import java.nio.file.Path;
import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.stretchdeploy.director.host.Host;
import org.stretchdeploy.director.host.HostFactory;

/** Makes hosts of type {@code linux}: namespaces, bridges, nftables, dnsmasq and QEMU. */
@Component(service = HostFactory.class, property = "stretch.host.type=" + LinuxHostFactory.TYPE)
public final class LinuxHostFactory implements HostFactory {
    public static final String TYPE = "linux";

    @Override
    public String type() {
        return TYPE;
    }

    /** See {@link Settings} for the keys. */
    @Override
    public Host create(Map<String, String> settings, Path stateDirectory, String cloudName) {
        Machine.requirePrograms();
        Machine.requireTapDevice();
        return new LinuxHost(new Settings(Map.copyOf(settings), cloudName), stateDirectory);
    }
}
