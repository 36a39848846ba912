package org.stretchdeploy.stretch.internal.plan;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Side;
import org.stretchdeploy.stretch.internal.model.DeployPlan.TunnelPlan;
import org.stretchdeploy.tunnel.control.Transport;

/** The prechecks about what carries a tunnel and how many appliances its ends get. Pure functions of the survey. */
public final class TunnelPrechecks {
    private TunnelPrechecks() {}

    static void tunnel(Survey s, Consumer<Finding> out) {
        Optional<Transport> asked = TunnelPlanner.asked(s);
        TunnelPlanner.tunnel(s).ifPresent(tunnel -> {
            boolean joins = s.stretch().isPresent();
            if (joins && asked.filter(a -> a != tunnel.transport()).isPresent()) {
                Prechecks.block(
                        out,
                        "transport-differs",
                        "",
                        s.vApp().name(),
                        "The vApp is stretched already, over a tunnel whose transport is " + word(tunnel.transport())
                                + ", not " + word(asked.get()) + ".",
                        "Leave the transport out, or bring the stretched VMs back and deploy all together.");
            } else if (tunnel.hasPair()) {
                pair(out, s.vApp().name(), tunnel, asked, joins);
            }
            if (!joins && tunnel.lacksPort()) {
                Prechecks.warn(
                        out,
                        "no-second-port",
                        tunnel.listener() == Side.SOURCE
                                ? s.source().cloud()
                                : s.target().cloud(),
                        tunnel.externalAddress(),
                        onlyAppliance(tunnel),
                        "Free one of the ports " + TunnelPlanner.ports()
                                + " of the edge gateway, or accept that the tunnel stands still while that appliance is gone.");
            }
        });
    }

    private static void pair(
            Consumer<Finding> out, String vApp, TunnelPlan tunnel, Optional<Transport> asked, boolean joins) {
        String message = "With standby = " + word(tunnel.standby())
                + " an end of the tunnel has two edge appliances, and the frames of such a tunnel go over TLS only";
        if (asked.equals(Optional.of(Transport.DATAGRAM))) {
            Prechecks.block(
                    out,
                    "pair-speaks-tls",
                    "",
                    vApp,
                    message + ", not as datagrams.",
                    "Leave the transport out, or set standby = none at the controller for tunnels with datagrams.");
        } else if (tunnel.transport() != Transport.TLS && !joins) {
            out.accept(new Finding(
                    "pair-speaks-tls",
                    Finding.Severity.INFO,
                    "",
                    vApp,
                    message + ", although the transport is " + word(tunnel.transport()) + ".",
                    "Nothing, or set standby = none at the controller for tunnels with datagrams."));
        }
    }

    /** What is said in the plan and in the result when the dialled end gets an appliance less than it should have. */
    public static String onlyAppliance(TunnelPlan tunnel) {
        return "The " + word(tunnel.listener()) + " end of the tunnel gets one edge appliance instead of two: no second"
                + " port is free at " + tunnel.externalAddress() + ".";
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
