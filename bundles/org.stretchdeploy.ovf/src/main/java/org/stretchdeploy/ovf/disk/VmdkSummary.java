package org.stretchdeploy.ovf.disk;

/**
 * What was written or read.
 *
 * @param capacityBytes size of the disk
 * @param grains number of grains (64 KiB pieces as a rule) with contents
 * @param populatedBytes bytes of the disk in those grains
 * @param streamBytes bytes of the VMDK
 */
public record VmdkSummary(long capacityBytes, long grains, long populatedBytes, long streamBytes) {}
