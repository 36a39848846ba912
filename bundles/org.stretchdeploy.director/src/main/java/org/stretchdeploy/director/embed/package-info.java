/** Starts an embedded director in the same process: for tests of other parts and for the lab. */
@Export
@Version("1.0.0")
package org.stretchdeploy.director.embed;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
