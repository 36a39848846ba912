package org.stretchdeploy.ovf.disk;

/**
 * What a streamOptimized VMDK says about itself.
 *
 * @param capacityBytes size of the disk
 * @param grainBytes size of one grain
 * @param version version of the sparse format
 * @param adapterType adapter that the disk was made for, for instance {@code lsilogic}; empty when not told
 */
public record VmdkInfo(long capacityBytes, int grainBytes, int version, String adapterType) {}
