/**
 * An immutable XML tree, used for the parts of a descriptor that pass through without being understood.
 */
@Export
@Version("1.0.0")
package org.stretchdeploy.ovf.xml;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
