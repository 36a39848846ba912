/**
 * Pure functions over {@link org.stretchdeploy.api.edge.EdgeServices}: canonical form, difference and three-way merge.
 * Nothing here does I/O, keeps state or knows a vendor; everything may be called from any thread.
 */
@Export
@Version("1.0.0")
package org.stretchdeploy.edge;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
