/**
 * What a vendor implements.
 *
 * <p>A vendor registers one {@link org.stretchdeploy.spi.CloudVendor} service (property {@code stretch.vendor}). Opened
 * with an account it gives a {@link org.stretchdeploy.spi.Cloud}, whose roles are small interfaces. The numbered rules
 * that every role keeps are in docs/spi.md, and the conformance kit has one test per rule. The three that matter most:
 *
 * <ul>
 *   <li><b>Idempotent by tag.</b> A call that makes something takes a {@link org.stretchdeploy.spi.Tag}. Called again
 *       with the same tag it returns what the first call made (or is still making), also when the first reply was lost.
 *   <li><b>Absent is done.</b> Deleting, closing or switching off what is not there succeeds.
 *   <li><b>Nothing blocks for long.</b> Work that takes the cloud more than moments is returned as a
 *       {@link org.stretchdeploy.spi.CloudTask} to poll.
 * </ul>
 *
 * <p>All methods throw {@link org.stretchdeploy.spi.CloudException} and nothing else. Roles are safe for use by several
 * threads.
 */
@Export
@Version("1.0.0")
package org.stretchdeploy.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
