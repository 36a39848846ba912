/** Plans and operations as text for people: pure functions, with colours or without. */
@Export
@Version("1.0.0")
package org.stretchdeploy.shell.text;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
