package org.stretchdeploy.store;

import java.nio.charset.StandardCharsets;

/**
 * Database, documents and vault of a deployment, ready for use: its tables are up to date and the key of this node is
 * the one of all others. Published as a service as soon as the database can be used. Thread-safe.
 */
public final class Store implements AutoCloseable {
    private static final Schema SCHEMA = Schema.beside(Store.class, "store_schema", "V1__documents.sql");
    private static final String KIND = "store";
    private static final String PROOF = "key-proof";

    private final Database database;
    private final Documents documents;
    private final Vault vault;

    private Store(Database database, Vault vault) {
        this.database = database;
        this.documents = new Documents(database);
        this.vault = vault;
    }

    /**
     * Opens the database, brings its tables up to date, proves the key. The first node to come leaves a proof.
     *
     * @throws StoreException UNAVAILABLE when the database cannot be used, INVALID when the key is not the one with
     *     which the secrets in the database are sealed
     */
    public static Store open(DatabaseSettings settings, byte[] key) {
        Vault vault = new Vault(key);
        Database database = Database.open(settings);
        try {
            database.migrate(SCHEMA);
            Store store = new Store(database, vault);
            store.proveKey();
            return store;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private void proveKey() {
        byte[] word = "stretch".getBytes(StandardCharsets.US_ASCII);
        String proof = documents.putIfAbsent(KIND, PROOF, vault.seal(PROOF, word));
        try {
            vault.open(PROOF, proof);
        } catch (StoreException e) {
            throw new StoreException(
                    StoreException.Code.INVALID,
                    "the secrets in " + database.settings() + " are sealed with another key than this node has; copy"
                            + " the key file of another node and name it as keyFile",
                    e);
        }
    }

    public Database database() {
        return database;
    }

    public Documents documents() {
        return documents;
    }

    public Vault vault() {
        return vault;
    }

    @Override
    public void close() {
        database.close();
    }
}
