/**
 * What the surfaces (REST, SOAP, shell) call and the values they translate.
 *
 * <p>Values are immutable and validated when they are made; a service call either takes effect as a whole or throws a
 * {@link org.stretchdeploy.api.StretchException} and leaves everything as it was. Services may be called from any
 * thread and return soon: long work is an {@link org.stretchdeploy.api.Operation} that is followed, not waited for.
 */
@Export
@Version("1.0.0")
package org.stretchdeploy.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
