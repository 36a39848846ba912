/**
 * The streamOptimized VMDK format: raw disk contents to compressed stream and back, in one pass.
 */
@Export
@Version("1.0.0")
package org.stretchdeploy.ovf.disk;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
