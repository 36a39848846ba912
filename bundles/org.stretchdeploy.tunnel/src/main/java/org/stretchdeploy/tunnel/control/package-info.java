/**
 * The documents that a controller and its edge agents exchange: what is wanted ({@link
 * org.stretchdeploy.tunnel.control.DesiredState}), what is ({@link
 * org.stretchdeploy.tunnel.control.StatusReport}) and how an agent enrols. JSON on the wire; a reader ignores fields
 * it does not know, so that controller and agents of neighbouring versions work together.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.stretchdeploy.tunnel.control;
