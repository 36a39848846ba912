/**
 * SOAP: the contract is src/main/resources/wsdl/stretch-deploy-v1.wsdl, the classes of {@code .v1} are made from it;
 * the rest translates between them and the API. Stands behind the gate of the REST bundle and answers nobody without.
 */
package org.stretchdeploy.soap.internal;
