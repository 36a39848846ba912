package org.stretchdeploy.api.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.Plan;

/** What people read. */
final class TextTest {
    @Test
    void namesFromACloudCannotSteerATerminal() {
        var change = new Plan.ObjectChange(
                "public",
                "Vm",
                "evil\u001b[2Jname\r\n",
                Plan.Action.CREATE,
                false,
                List.of(new Plan.DiffLine('+', "nic \u0007 \u202e x")));
        var plan = new Plan(
                Operation.Kind.DEPLOY,
                "Move evil\u001b]0;title\u0007",
                List.of(new Finding("id", Finding.Severity.INFO, "", "sub\u001bject", "message", "remedy")),
                List.of(new Plan.PlannedStep("1.1", "name", "title \u009b31m", "public")),
                List.of(change),
                List.of(),
                List.of(change),
                new Plan.Estimate(1, Duration.ofSeconds(1), Duration.ofSeconds(1)),
                "digest");
        String text = PlanText.of(plan, Ink.PLAIN);
        assertThat(text.replace("\n", "")).matches(t -> t.codePoints().noneMatch(Character::isISOControl));
        assertThat(text).doesNotContain("\u202e").contains("evil?[2Jname").contains("Changed at home since the deploy");
    }

    @Test
    void quantitiesFitALine() {
        assertThat(Quantities.bytes(0)).isEqualTo("0 B");
        assertThat(Quantities.bytes(999)).isEqualTo("999 B");
        assertThat(Quantities.bytes(57_300_000)).isEqualTo("57.3 MB");
        assertThat(Quantities.bytes(999_999)).isEqualTo("1.0 MB");
        assertThat(Quantities.duration(Duration.ofSeconds(59))).isEqualTo("59 s");
        assertThat(Quantities.duration(Duration.ofSeconds(80))).isEqualTo("1 min 20 s");
        assertThat(Quantities.duration(Duration.ofMinutes(125))).isEqualTo("2 h 5 min");
        assertThat(Quantities.bar(1, 2, 4)).isEqualTo("[##--]");
        assertThat(Quantities.bar(5, 0, 4)).isEqualTo("[----]");
    }
}
