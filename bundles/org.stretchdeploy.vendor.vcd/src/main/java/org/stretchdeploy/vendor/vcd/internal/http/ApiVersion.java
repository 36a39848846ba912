package org.stretchdeploy.vendor.vcd.internal.http;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/** A version of the Cloud Director API, such as 38.1. */
public record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,3})\\.([0-9]{1,3})");
    private static final ApiVersion OLDEST = new ApiVersion(35, 0);
    private static final ApiVersion NEWEST = new ApiVersion(39, 1);
    private static final Map<Integer, String> PRODUCTS =
            Map.of(35, "10.2", 36, "10.3", 37, "10.4", 38, "10.5", 39, "10.6");

    static Optional<ApiVersion> parse(String text) {
        Matcher matcher = TEXT.matcher(text.trim());
        return matcher.matches()
                ? Optional.of(new ApiVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    /**
     * The highest version that both sides speak.
     *
     * @param versions the answer of {@code /api/versions}
     * @param wanted   the version that the settings ask for
     * @throws CloudException USER when there is none or when this is no Cloud Director
     */
    static ApiVersion negotiate(Elem versions, Optional<String> wanted) {
        if (!versions.is("versions:SupportedVersions")) {
            throw new CloudException(
                    "not-a-cloud-director", Category.USER, "The endpoint is no VMware Cloud Director.");
        }
        List<ApiVersion> offered = versions.children("versions:VersionInfo").stream()
                .flatMap(info -> parse(info.text("versions:Version")).stream())
                .sorted()
                .toList();
        if (wanted.isPresent()) {
            ApiVersion asked = parse(wanted.get()).filter(ApiVersion::supported).orElseThrow(ApiVersion::wrongSetting);
            return Optional.of(asked).filter(offered::contains).orElseThrow(() -> noCommon(offered));
        }
        return offered.stream()
                .filter(ApiVersion::supported)
                .max(Comparator.naturalOrder())
                .orElseThrow(() -> noCommon(offered));
    }

    private boolean supported() {
        return compareTo(OLDEST) >= 0 && compareTo(NEWEST) <= 0;
    }

    private static CloudException wrongSetting() {
        return new CloudException(
                "invalid-setting",
                Category.USER,
                "The setting vcd.api-version is a version from " + OLDEST + " to " + NEWEST + ".");
    }

    private static CloudException noCommon(List<ApiVersion> offered) {
        String theirs = offered.isEmpty() ? "none" : offered.get(0) + " to " + offered.get(offered.size() - 1);
        return new CloudException(
                "unsupported-version",
                Category.USER,
                "This cloud offers the API versions " + theirs + "; needed is one from " + OLDEST + " to " + NEWEST
                        + " (Cloud Director 10.2 to 10.6).");
    }

    /** Version of the product that brought this API. */
    public String product() {
        return PRODUCTS.getOrDefault(major, "unknown");
    }

    public boolean atLeast(int otherMajor, int otherMinor) {
        return compareTo(new ApiVersion(otherMajor, otherMinor)) >= 0;
    }

    @Override
    public int compareTo(ApiVersion other) {
        return Comparator.comparingInt(ApiVersion::major)
                .thenComparingInt(ApiVersion::minor)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
