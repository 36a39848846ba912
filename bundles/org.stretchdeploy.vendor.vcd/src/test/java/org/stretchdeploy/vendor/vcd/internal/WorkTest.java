package org.stretchdeploy.vendor.vcd.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stretchdeploy.spi.CloudException;

final class WorkTest {
    private static final Work PLAIN = Work.of("/api/task/55555555-5555-5555-5555-555555555555");

    @ParameterizedTest
    @EnumSource(Work.Next.class)
    void survivesAsText(Work.Next next) {
        Work work = PLAIN.then(next, Work.pathAndName("/api/vApp/vapp-1", "odd name #:ü\n"));
        assertThat(Work.parse(work.text())).isEqualTo(work);
    }

    @Test
    void plainTasksToo() {
        assertThat(Work.parse(PLAIN.text())).isEqualTo(PLAIN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "/api/task/../admin", "/api/task/1#boom:x", "https://x/api/task/1", "/api/vApp/vapp-1"})
    void anythingElseIsNoTask(String text) {
        assertThatThrownBy(() -> Work.parse(text))
                .isInstanceOfSatisfying(CloudException.class, e -> assertThat(e.category())
                        .isEqualTo(CloudException.Category.NOT_FOUND));
    }
}
