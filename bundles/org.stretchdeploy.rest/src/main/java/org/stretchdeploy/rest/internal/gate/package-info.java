/** The gate in front of every web surface: TLS only, login against Karaf's users, throttled, bounded bodies. */
package org.stretchdeploy.rest.internal.gate;
