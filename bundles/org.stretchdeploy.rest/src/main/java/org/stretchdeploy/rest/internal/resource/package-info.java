/** One class per resource; a method reads the request, calls the API and says what to answer. */
package org.stretchdeploy.rest.internal.resource;
