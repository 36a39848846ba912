package org.stretchdeploy.rest.fake;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Tunnel;

/** A tunnel whose source end is well and whose target end is silent. */
public final class FakeTunnels {
    private static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");

    private FakeTunnels() {}

    public static Tunnel tunnel() {
        return new Tunnel(
                "st-1",
                new CloudName("private"),
                new CloudName("public"),
                "shop",
                Tunnel.UNKNOWN,
                List.of(end("source", "private", false), end("target", "public", true)));
    }

    private static Tunnel.End end(String side, String cloud, boolean silent) {
        return new Tunnel.End(
                side,
                new CloudName(cloud),
                "st-1-" + side,
                "0.1.0",
                Optional.of(NOW),
                Optional.of(Duration.ofSeconds(silent ? 95 : 1)),
                silent,
                silent ? Tunnel.UNKNOWN : Tunnel.UP,
                silent ? "the agent has not reported for 95 s; what is shown is what it said then" : "",
                silent ? "dials 203.0.113.10:4443, expects a" : "listens on 4443 for b",
                "tls",
                "as configured",
                "TLSv1.3 TLS_AES_256_GCM_SHA384, SunJSSE 17, AES by SunJCE 17: as configured",
                2,
                0,
                345,
                Optional.of(0.001),
                Optional.of(NOW.minusSeconds(7200)),
                Optional.of(NOW.plusSeconds(252_000)),
                Optional.of(NOW.minusSeconds(7300)),
                98_765_432,
                12_345_678,
                List.of(),
                List.of(new Tunnel.StretchedNetwork(
                        "internal",
                        "open",
                        "",
                        false,
                        1500,
                        3,
                        1,
                        List.of("storm: more broadcast than 1000 frames a second"),
                        Map.of("storm", 4L, "link-control", 17L),
                        traffic(silent),
                        traffic(silent))),
                silent ? Optional.empty() : Optional.of(new Tunnel.Pair(Tunnel.Pair.ACTIVE, 1, true, 0, 1, 500)));
    }

    private static Tunnel.Traffic traffic(boolean silent) {
        return new Tunnel.Traffic(
                1_000_000,
                1200,
                30,
                Map.of("link-control", 17L, "storm", 2L),
                silent ? Optional.empty() : Optional.of(1.25e6),
                silent ? Optional.empty() : Optional.of(900.0),
                silent ? Optional.empty() : Optional.of(0.5));
    }
}
