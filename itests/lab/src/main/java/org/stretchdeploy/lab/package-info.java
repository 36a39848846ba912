/** Two clouds on one machine out of kernel parts, the controller beside them, and the main job run and measured on them. */
package org.stretchdeploy.lab;
