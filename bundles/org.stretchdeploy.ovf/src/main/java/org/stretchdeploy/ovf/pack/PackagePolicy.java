package org.stretchdeploy.ovf.pack;

import java.time.Clock;
import java.util.Optional;
import org.stretchdeploy.ovf.OvfLimits;

/**
 * What a package must bring and how large it may be.
 *
 * @param requireManifest whether a package without manifest is refused
 * @param allowSha1 whether SHA-1 digests and signatures count
 * @param trust when present, the package must be signed by someone trusted
 * @param descriptorLimits bounds of the descriptor
 * @param maxFiles most files of a package, also counting archive entries that only carry names
 * @param maxFileBytes largest single file
 * @param maxTotalBytes largest sum of all files
 * @param clock tells when certificates must be valid
 */
public record PackagePolicy(
        boolean requireManifest,
        boolean allowSha1,
        Optional<TrustAnchors> trust,
        OvfLimits descriptorLimits,
        int maxFiles,
        long maxFileBytes,
        long maxTotalBytes,
        Clock clock) {
    /** Manifest required, SHA-1 refused, no signature asked, 1000 files, 2 TiB each, 8 TiB together. */
    public static final PackagePolicy DEFAULT = new PackagePolicy(
            true, false, Optional.empty(), OvfLimits.DEFAULT, 1000, 2L << 40, 8L << 40, Clock.systemUTC());

    /** This policy, asking for a signature. */
    public PackagePolicy trusting(TrustAnchors anchors) {
        return new PackagePolicy(
                requireManifest,
                allowSha1,
                Optional.of(anchors),
                descriptorLimits,
                maxFiles,
                maxFileBytes,
                maxTotalBytes,
                clock);
    }

    /** This policy with SHA-1 allowed, for packages of OVF 1.x tools. */
    public PackagePolicy allowingSha1() {
        return new PackagePolicy(
                requireManifest, true, trust, descriptorLimits, maxFiles, maxFileBytes, maxTotalBytes, clock);
    }

    /** This policy without the need for a manifest. */
    public PackagePolicy withoutManifest() {
        return new PackagePolicy(
                false, allowSha1, trust, descriptorLimits, maxFiles, maxFileBytes, maxTotalBytes, clock);
    }

    /** This policy with other bounds. */
    public PackagePolicy withBounds(int files, long fileBytes, long totalBytes) {
        return new PackagePolicy(
                requireManifest, allowSha1, trust, descriptorLimits, files, fileBytes, totalBytes, clock);
    }
}
