/**
 * The one database in which everything durable of a deployment is kept, so that all its nodes see the same: {@link
 * org.stretchdeploy.store.Database} is the pool and the transactions, {@link org.stretchdeploy.store.Schema} brings
 * tables up to date, {@link org.stretchdeploy.store.Documents} keeps small texts for those who need no table of their
 * own, {@link org.stretchdeploy.store.Vault} seals what must not be read in the database.
 */
@Export
@Version("1.0.0")
package org.stretchdeploy.store;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
