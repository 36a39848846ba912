package org.stretchdeploy.director.internal.memory;

import java.nio.file.Path;
import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.stretchdeploy.director.host.Host;
import org.stretchdeploy.director.host.HostFactory;

/** The kind {@code memory}: keeps disks as files and only remembers networks, routers and guests. */
@Component(service = HostFactory.class, property = "stretch.host.type=" + MemoryHostFactory.TYPE)
public final class MemoryHostFactory implements HostFactory {
    public static final String TYPE = "memory";

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public Host create(Map<String, String> settings, Path stateDirectory, String cloudName) {
        return new MemoryHost(stateDirectory);
    }
}
