/**
 * A durable step engine that knows no cloud: an operation is a table of rows, its state is the fold of an append-only
 * journal, and whatever happens to the process it ends in one of four ways: {@code SUCCEEDED}, {@code COMPENSATED},
 * {@code CANCELLED} or {@code NEEDS_OPERATOR}.
 *
 * <p>How to read it: {@link org.stretchdeploy.workflow.Workflow} is the table, {@link
 * org.stretchdeploy.workflow.StepAction} is what a row does, {@link org.stretchdeploy.workflow.WorkflowEngine} is the
 * service, {@link org.stretchdeploy.workflow.Journal} is where everything that must survive a crash is kept.
 */
@Export
@Version("1.0.0")
package org.stretchdeploy.workflow;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
