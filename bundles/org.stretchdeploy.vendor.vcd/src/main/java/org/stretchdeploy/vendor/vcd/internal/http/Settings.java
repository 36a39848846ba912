package org.stretchdeploy.vendor.vcd.internal.http;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.spi.CloudException;

/**
 * Settings of a registration that this adapter understands.
 *
 * <table>
 *   <caption>Keys</caption>
 *   <tr><td>{@code vcd.request-timeout-seconds}</td><td>whole exchange of one call, 1 to 600, default 60</td></tr>
 *   <tr><td>{@code vcd.connect-timeout-seconds}</td><td>1 to 120, default 10</td></tr>
 *   <tr><td>{@code vcd.max-answer-mebibytes}</td><td>longest document read, 1 to 256, default 32</td></tr>
 *   <tr><td>{@code vcd.api-version}</td><td>speak this version instead of the highest common one</td></tr>
 *   <tr><td>{@code vcd.tenant}</td><td>for an account of the organization System: name of the organization to act in</td></tr>
 * </table>
 *
 * @param stallTimeout longest silence inside a download
 */
public record Settings(
        Duration connectTimeout,
        Duration requestTimeout,
        Duration stallTimeout,
        int maxAnswerBytes,
        Optional<String> apiVersion,
        Optional<String> tenant) {

    /** @throws CloudException USER for a value that is no number or out of range */
    public static Settings of(Map<String, String> settings) {
        Duration request = seconds(settings, "vcd.request-timeout-seconds", 60, 600);
        return new Settings(
                seconds(settings, "vcd.connect-timeout-seconds", 10, 120),
                request,
                request,
                number(settings, "vcd.max-answer-mebibytes", 32, 256) << 20,
                Optional.ofNullable(settings.get("vcd.api-version")),
                Optional.ofNullable(settings.get("vcd.tenant")));
    }

    private static Duration seconds(Map<String, String> settings, String key, int fallback, int most) {
        return Duration.ofSeconds(number(settings, key, fallback, most));
    }

    private static int number(Map<String, String> settings, String key, int fallback, int most) {
        String value = settings.getOrDefault(key, String.valueOf(fallback));
        if (value.matches("[0-9]{1,6}") && Integer.parseInt(value) >= 1 && Integer.parseInt(value) <= most) {
            return Integer.parseInt(value);
        }
        throw new CloudException(
                "invalid-setting",
                CloudException.Category.USER,
                "The setting " + key + " is a whole number from 1 to " + most + ".");
    }
}
