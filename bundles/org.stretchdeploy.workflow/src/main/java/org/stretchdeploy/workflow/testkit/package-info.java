/** In-memory twins for tests and simulations: journal, clock, dispatcher driven by hand, and crash injection. */
@Export
@Version("1.0.0")
package org.stretchdeploy.workflow.testkit;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
