/**
 * What the embedded director asks of the machine below it: networks, routers, guests and disks.
 *
 * <p>Every call states the wanted end and is idempotent: applying the same value twice is the same as once, deleting
 * what is not there succeeds. A host keeps guests and networks running when the director stops, and finds them again
 * by their ids when it comes back.
 */
@Export
@Version("1.0.0")
package org.stretchdeploy.director.host;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
