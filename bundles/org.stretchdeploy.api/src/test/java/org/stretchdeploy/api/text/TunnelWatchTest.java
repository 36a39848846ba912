package org.stretchdeploy.api.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Tunnel;

class TunnelWatchTest {
    private static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");

    private static Tunnel tunnel(double bytesPerSecond, String alarm) {
        Tunnel.Traffic traffic = new Tunnel.Traffic(
                5, 4, 3, Map.of("storm", 2L), Optional.of(bytesPerSecond), Optional.of(12.0), Optional.of(0.0));
        Tunnel.End end = new Tunnel.End(
                "source",
                new CloudName("east"),
                "a",
                "1",
                Optional.of(NOW),
                Optional.of(Duration.ofSeconds(2)),
                false,
                Tunnel.UP,
                "",
                "listens on 4443 for b",
                "tls",
                "as configured",
                "x",
                2,
                0,
                310,
                Optional.of(0.0),
                Optional.of(NOW.minusSeconds(3600)),
                Optional.of(NOW.minusSeconds(60)),
                Optional.of(NOW.minusSeconds(7200)),
                0,
                0,
                List.of(),
                List.of(new Tunnel.StretchedNetwork(
                        "net", "open", "", false, 1500, 1, 1, List.of(alarm), Map.of(), traffic, traffic)),
                Optional.of(new Tunnel.Pair(Tunnel.Pair.ACTIVE, 1, false, 3, 1, 500)));
        return new Tunnel("st-1", new CloudName("east"), new CloudName("west"), "shop", Tunnel.UP, List.of(end));
    }

    @Test
    void theHighestValueIsAFullBarAndNoughtTheLowest() {
        assertThat(Sparkline.of(List.of(0.0, 1.0, 50.0, 100.0), 6, true)).isEqualTo("  ▁▂▅█");
        assertThat(Sparkline.of(List.of(0.0, 100.0), 2, false)).isEqualTo("_#");
        assertThat(Sparkline.of(List.of(1.0, Double.NaN, 1.0), 2, true)).isEqualTo(" █");
        assertThat(Sparkline.of(List.of(), 3, true)).isEqualTo("   ");
        assertThat(Sparkline.of(List.of(0.0, 0.0), 2, true)).isEqualTo("▁▁");
    }

    @Test
    void aScreenFitsTheTerminalAndChartsGrowWithEachLook() {
        var watch = new TunnelWatch(Ink.PLAIN, true);
        for (int look = 0; look < 70; look++) {
            watch.look(List.of(tunnel(look * 1e6, "loop: x")));
        }
        String screen = watch.screen(List.of(tunnel(69e6, "loop: x")), NOW, 60, 100);
        List<String> lines = screen.replaceAll("\u001b\\[[HKJ]", "").lines().toList();
        assertThat(lines)
                .allMatch(line -> line.length() <= 60)
                .anyMatch(line -> line.startsWith("  source out") && line.contains("█"));
        assertThat(watch.screen(List.of(tunnel(69e6, "")), NOW, 200, 100)).contains("552 Mbit/s");
        assertThat(watch.screen(List.of(tunnel(1, "")), NOW, 60, 6)).contains("source drops");
        assertThat(watch.screen(List.of(tunnel(1, "")), NOW, 60, 4).split("\r\n"))
                .hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void withoutColourThereIsNoColour() {
        var watch = new TunnelWatch(Ink.PLAIN, false);
        watch.look(List.of(tunnel(1, "loop: x")));
        assertThat(watch.screen(List.of(tunnel(1, "loop: x")), NOW, 80, 50))
                .doesNotContain("\u001b[3")
                .isASCII();
        assertThat(TunnelWatch.cut(Ink.COLOURED.red("abcdef"), 3)).isEqualTo("\u001b[31mabc\u001b[0m\u001b[0m");
    }

    @Test
    void aPageSaysWhatAPersonHasToSee() {
        assertThat(TunnelText.page(tunnel(1.25e8, "loop: x\u001b[2J"), NOW, Ink.PLAIN))
                .contains("1.0 Gbit/s, 12/s frames")
                .contains("certificate is 1 h old, ENDED 1 min ago")
                .contains("ALARM      loop: x?[2J")
                .contains("active, agent 1 of its end, NO STANDBY, took over 3 times")
                .contains("MTU 1500 proven")
                .contains("reported 2 s ago, runs for 2 h");
    }
}
