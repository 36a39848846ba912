/** What callers get when something goes wrong: problem documents (RFC 9457) with a stable code. */
package org.stretchdeploy.rest.internal.problem;
