package org.stretchdeploy.appliance;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.ovf.pack.SigningKey;
import org.stretchdeploy.tunnel.control.DesiredState;

/**
 * The edge appliances of this deployment. Every operation is idempotent and survives a restart of the controller; none
 * waits for an agent: follow {@link #status}. Thread safe.
 *
 * <p>The usual order: {@link #enrol}, deploy {@link #appliancePackage} with the properties, {@link #configure}, watch
 * {@link #status} until {@code appliedVersion} is what configure returned and the network forwards; at the end
 * configure {@link DesiredState#EMPTY}, delete the machine, {@link #forget}.
 */
public interface EdgeAppliances {
    /**
     * Prepares the enrolment of an agent. May be repeated: each call makes one more token, earlier ones stay valid
     * until their end (at most eight).
     *
     * @param agentId letters, digits, dot, dash, underscore; at most 100; unique in this deployment
     * @param tokenLife how long the token may be used; null or zero for the configured default
     * @throws IllegalArgumentException when the id is not one
     * @throws IllegalStateException when the state cannot be stored
     */
    Enrolment enrol(String agentId, Duration tokenLife);

    /** Forgets an agent: its certificate and tokens are worth nothing from now on, its state is removed. */
    void forget(String agentId);

    /**
     * Says what the agent shall do, as a whole. Stored before it returns; the agent is told within moments or when it
     * comes back.
     *
     * @param wanted its version is ignored: the same content keeps its version, another gets a higher one
     * @return the version in force
     * @throws IllegalArgumentException when the agent is not enrolled
     */
    long configure(String agentId, DesiredState wanted);

    /** What was configured last. */
    Optional<DesiredState> configured(String agentId);

    /** The agent's last report since this controller started; empty when there is none. */
    Optional<AgentStatus> status(String agentId);

    /** Every agent that is enrolled or prepared, sorted. */
    List<String> agents();

    /** The identity that an agent's certificates carry. */
    String identity(String agentId);

    /**
     * Folder with the OVF package of the edge appliance: one descriptor, its manifest, one disk. Networks are named
     * {@code uplink} (first NIC) and {@code stretched} (second). Without a configured package it is a small one whose disk
     * does not boot, made when it is not there.
     *
     * @throws IllegalStateException when the configured package is missing or damaged, or the small one cannot be written
     */
    Path appliancePackage();

    /** A key of this deployment to sign OVF manifests with; its certificate chains to the deployment's CA. */
    SigningKey packageSigner();
}
