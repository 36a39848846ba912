package org.stretchdeploy.director.host;

import java.nio.file.Path;
import java.util.Map;

/**
 * Makes hosts of one kind. Found through {@link java.util.ServiceLoader}, or as an OSGi service.
 *
 * <p>Implementations are stateless and safe to call from several threads.
 */
public interface HostFactory {

    /** The word that the configuration of a director uses for this kind, e.g. {@code linux}; lower case. */
    String type();

    /**
     * Opens the host. What an earlier run of the same cloud left on the machine is found again, not removed.
     *
     * @param settings       the {@code host} part of the director's configuration, understood by this kind only
     * @param stateDirectory folder that belongs to the host alone and outlives a restart; it is created when missing
     * @param cloudName      short name of the cloud (lower-case letters, digits, dash), unique on the machine; use it as
     *                       prefix of everything that the machine names globally
     * @throws HostException when the machine cannot play this part, with a sentence that says what is missing
     */
    Host create(Map<String, String> settings, Path stateDirectory, String cloudName);
}
