/**
 * What a director knows. Values are records; entities are plain objects that are touched only inside
 * {@link org.stretchdeploy.director.internal.store.Store#read} and
 * {@link org.stretchdeploy.director.internal.store.Store#update}, which hold the one lock. Entities refer to each other
 * by uuid. Empty text means "not given".
 */
package org.stretchdeploy.director.internal.model;
