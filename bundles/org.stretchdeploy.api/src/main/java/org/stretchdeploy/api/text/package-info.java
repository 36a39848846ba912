/** Plans, operations and reports as text for people: shared by the Karaf shell and the command line. Pure functions. */
@Export
@Version("1.0.0")
package org.stretchdeploy.api.text;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
