/** The commands {@code stretch:*} of the Karaf shell. Who may use which is in the feature's access list. */
package org.stretchdeploy.shell.internal;
