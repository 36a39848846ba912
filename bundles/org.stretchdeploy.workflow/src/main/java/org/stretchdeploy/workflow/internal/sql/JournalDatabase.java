package org.stretchdeploy.workflow.internal.sql;

import java.util.function.Supplier;
import org.stretchdeploy.store.Database;
import org.stretchdeploy.store.Schema;
import org.stretchdeploy.store.StoreException;
import org.stretchdeploy.workflow.Workflow;
import org.stretchdeploy.workflow.WorkflowException;

/** The database in the journal's words: its tables are up to date, its troubles are the journal's. Thread-safe. */
final class JournalDatabase {
    private static final Schema SCHEMA =
            Schema.beside(Workflow.class, "workflow_schema", "V1__journal.sql", "V2__leases.sql", "V3__lives.sql");

    private final Database database;

    /** @throws WorkflowException JOURNAL_UNAVAILABLE when the tables cannot be brought up to date */
    JournalDatabase(Database database) {
        this.database = database;
        translated(() -> {
            database.migrate(SCHEMA);
            return true;
        });
    }

    <T> T write(Database.Work<T> work) {
        return translated(() -> database.write(work));
    }

    <T> T writeLazily(Database.Work<T> work) {
        return translated(() -> database.writeLazily(work));
    }

    <T> T read(Database.Work<T> work) {
        return translated(() -> database.read(work));
    }

    void requireSpace() {
        translated(() -> {
            database.requireSpace();
            return true;
        });
    }

    void probe() {
        translated(() -> {
            database.probe();
            return true;
        });
    }

    private static <T> T translated(Supplier<T> call) {
        try {
            return call.get();
        } catch (StoreException e) {
            throw translated(e);
        }
    }

    static WorkflowException translated(StoreException e) {
        WorkflowException.Code code =
                switch (e.code()) {
                    case UNAVAILABLE, FULL -> WorkflowException.Code.JOURNAL_UNAVAILABLE;
                    case CLOSED -> WorkflowException.Code.CLOSED;
                    case INVALID -> WorkflowException.Code.INVALID;
                };
        return new WorkflowException(code, e.getMessage(), e);
    }
}
