/**
 * A complete cloud in memory, for simulations and tests: the whole SPI, deterministic, with tasks that take time,
 * failures on order, a recorder of writes and a witness of live machines.
 *
 * <p>It is not a stub: bytes of disks really move through capture, export and upload, addresses and MAC addresses
 * really collide, and entities are really busy while a task holds them. All of it passes the conformance kit.
 */
@Export
@Version("1.0.0")
package org.stretchdeploy.spi.memory;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
