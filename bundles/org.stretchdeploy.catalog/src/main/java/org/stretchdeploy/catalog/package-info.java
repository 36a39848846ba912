/**
 * Moves OVF packages between nodes: out of one cloud's catalog into a staging folder, checked and signed, and from
 * there into another cloud's catalog. Streamed in chunks; a broken copy goes on where it stopped, also after a restart.
 */
@Export
@Version("1.0.0")
package org.stretchdeploy.catalog;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
