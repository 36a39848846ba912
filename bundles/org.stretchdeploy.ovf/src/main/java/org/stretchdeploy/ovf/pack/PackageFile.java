package org.stretchdeploy.ovf.pack;

/**
 * A file of a package that was read to its end.
 *
 * @param name plain file name
 * @param size bytes
 * @param digest digest of its contents, with the manifest's algorithm if there is a manifest
 */
public record PackageFile(String name, long size, Digest digest) {}
