/**
 * OVF packages as folders and as OVA archives: manifest, signature, verification.
 */
@Export
@Version("1.0.0")
package org.stretchdeploy.ovf.pack;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
