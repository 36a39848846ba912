package org.stretchdeploy.director.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.director.embed.DirectorConfig;
import org.stretchdeploy.director.embed.EmbeddedDirector;
import org.stretchdeploy.director.host.HostFactory;

/**
 * A director inside a container, one per configuration of the factory PID {@code org.stretchdeploy.director}.
 *
 * <p>Keys: {@code config}, path of the director's JSON file; {@code host.target}, filter that picks the kind of host,
 * e.g. {@code (stretch.host.type=linux)}; it must be the kind that the JSON file names.
 */
@Component(
        name = DirectorComponent.PID,
        service = DirectorComponent.class,
        immediate = true,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class DirectorComponent {
    static final String PID = "org.stretchdeploy.director";
    private static final Logger LOG = LoggerFactory.getLogger(DirectorComponent.class);
    private final EmbeddedDirector director;

    @Activate
    public DirectorComponent(@Reference(name = "host") HostFactory host, Map<String, Object> properties)
            throws IOException {
        Object file = properties.get("config");
        if (file == null || file.toString().isBlank()) {
            throw new IllegalArgumentException("the configuration " + PID + " lacks 'config', the path of a JSON file");
        }
        DirectorConfig config = DirectorConfig.read(Path.of(file.toString()));
        this.director = EmbeddedDirector.start(config, List.of(host));
        if (!director.generatedPasswords().isEmpty() && config.credentialsFile().isEmpty()) {
            // Standard output, not the log: it is shown once and must not be kept.
            director.generatedPasswords()
                    .forEach((account, password) ->
                            System.out.println("generated password " + account + ": " + password));
        }
        LOG.info("event=director-ready cloud={} uri={}", config.name(), director.uri());
    }

    @Deactivate
    void stop() {
        director.close();
    }
}
