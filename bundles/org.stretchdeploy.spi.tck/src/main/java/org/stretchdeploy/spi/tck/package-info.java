/**
 * The conformance kit: one abstract JUnit 5 class per role, one test per numbered rule of docs/spi.md.
 *
 * <p>An adapter's tests extend every class named in {@link org.stretchdeploy.spi.tck.ConformanceKit#ROLES} and give a
 * {@link org.stretchdeploy.spi.tck.ConformanceSubject}. No rule is ever skipped: where the cloud does not declare a
 * capability, the test asserts that it refuses.
 */
@Export
@Version("1.0.0")
package org.stretchdeploy.spi.tck;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
