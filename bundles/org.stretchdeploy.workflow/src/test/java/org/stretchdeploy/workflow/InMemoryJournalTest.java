package org.stretchdeploy.workflow;

import org.stretchdeploy.workflow.testkit.InMemoryJournal;

class InMemoryJournalTest extends JournalContract {
    @Override
    Journal open() {
        return new InMemoryJournal();
    }
}
