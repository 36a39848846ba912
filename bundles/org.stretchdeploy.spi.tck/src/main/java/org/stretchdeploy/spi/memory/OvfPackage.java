package org.stretchdeploy.spi.memory;

import java.util.Map;

/** An exported package. @param files contents by name, in the descriptor's order */
record OvfPackage(byte[] descriptor, byte[] manifest, Map<String, byte[]> files) {}
