/**
 * REST: resources that translate to the API's services, and the servlet that carries them.
 *
 * <p>A request passes {@link org.stretchdeploy.rest.internal.gate.GateFilter the gate} (TLS, login, size), then a
 * resource method, and whatever goes wrong leaves as a {@link org.stretchdeploy.rest.internal.problem.Problem}.
 */
package org.stretchdeploy.rest.internal;
