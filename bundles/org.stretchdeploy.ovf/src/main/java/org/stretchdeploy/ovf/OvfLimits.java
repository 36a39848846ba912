package org.stretchdeploy.ovf;

/**
 * Bounds for reading a descriptor.
 *
 * @param maxBytes largest descriptor, in bytes
 * @param maxDepth deepest nesting of elements
 * @param maxElements largest number of elements
 */
public record OvfLimits(int maxBytes, int maxDepth, int maxElements) {
    /** 8 MiB, 64 levels, 200 000 elements: ten times what the largest vApps need. */
    public static final OvfLimits DEFAULT = new OvfLimits(8 << 20, 64, 200_000);

    public OvfLimits {
        if (maxBytes < 1 || maxDepth < 1 || maxElements < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
