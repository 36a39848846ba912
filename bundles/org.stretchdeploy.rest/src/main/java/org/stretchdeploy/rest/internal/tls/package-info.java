/** The web server's own certificate, made at the first start, and the settings that switch TLS on and plain HTTP off. */
package org.stretchdeploy.rest.internal.tls;
