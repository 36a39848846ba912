/** The services of an edge (NAT, firewall, DHCP, routes) as vendor-neutral values. */
@Export
@Version("1.0.0")
package org.stretchdeploy.api.edge;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
