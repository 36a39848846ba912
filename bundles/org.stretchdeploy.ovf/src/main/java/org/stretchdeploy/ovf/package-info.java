/**
 * The OVF descriptor: values for its sections, a reader, a writer and an editor that changes nothing but what it is
 * told.
 *
 * <p>All functions here are pure: bytes in, values or bytes out. Words are those of DSP0243 (OVF 1.1 and 2.0).
 */
@Export
@Version("1.0.0")
package org.stretchdeploy.ovf;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
