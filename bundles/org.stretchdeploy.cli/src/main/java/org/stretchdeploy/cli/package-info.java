/** The command line and its client of the REST surface. */
@Export
@Version("1.0.0")
package org.stretchdeploy.cli;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
