/** Edge appliances as the control plane sees them: enrol, configure, watch, forget. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.stretchdeploy.appliance;
