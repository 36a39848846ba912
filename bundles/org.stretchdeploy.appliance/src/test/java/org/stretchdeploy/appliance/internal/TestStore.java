package org.stretchdeploy.appliance.internal;

import java.util.UUID;
import org.stretchdeploy.store.DatabaseSettings;
import org.stretchdeploy.store.Store;

/** Stores for tests. */
final class TestStore {
    private TestStore() {}

    /** One in memory that goes when it is closed. */
    static Store inMemory() {
        return Store.open(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID(), "stretch", "secret"), new byte[32]);
    }
}
