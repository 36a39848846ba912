package org.stretchdeploy.tunnel.control;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The identity in a certificate: the URI subject alternative name {@code
 * spiffe://stretchdeploy/<deployment>/agent/<id>}, or {@code .../controller} for the controller's own endpoint.
 *
 * @param deployment name of the deployment whose CA signs
 * @param agent the agent's id; empty for the controller
 */
public record AgentIdentity(String deployment, String agent) {
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";
    private static final Pattern WORD = Pattern.compile(NAME);
    private static final Pattern URI =
            Pattern.compile("spiffe://stretchdeploy/(" + NAME + ")/(?:agent/(" + NAME + ")|controller)");

    public AgentIdentity {
        Objects.requireNonNull(deployment, "deployment");
        Objects.requireNonNull(agent, "agent");
        if (!WORD.matcher(deployment).matches()
                || !(agent.isEmpty() || WORD.matcher(agent).matches())) {
            throw new IllegalArgumentException(
                    "an identity has letters, digits, dot, dash and underscore, at most 100");
        }
    }

    /** The controller of a deployment. */
    public static AgentIdentity controller(String deployment) {
        return new AgentIdentity(deployment, "");
    }

    /** Reads the URI form; empty when it is not one of ours. */
    public static Optional<AgentIdentity> parse(String uri) {
        Matcher matcher = URI.matcher(uri);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String agent = matcher.group(2);
        return Optional.of(new AgentIdentity(matcher.group(1), agent == null ? "" : agent));
    }

    /** The URI form. */
    public String uri() {
        return "spiffe://stretchdeploy/" + deployment + (agent.isEmpty() ? "/controller" : "/agent/" + agent);
    }
}
