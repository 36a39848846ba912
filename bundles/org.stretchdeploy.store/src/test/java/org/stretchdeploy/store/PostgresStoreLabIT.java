package org.stretchdeploy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The store's promises on a real PostgreSQL, where several nodes share them. */
class PostgresStoreLabIT extends StoreContract {
    private static EmbeddedPostgres postgres;

    @BeforeAll
    static void startPostgres() throws Exception {
        postgres = EmbeddedPostgres.builder().start();
    }

    @AfterAll
    static void stopPostgres() throws Exception {
        postgres.close();
    }

    @BeforeEach
    void empty() throws Exception {
        sql("drop schema public cascade");
        sql("create schema public");
    }

    private static void sql(String text) throws Exception {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    @Override
    Store open(byte[] key) {
        return Store.open(
                new DatabaseSettings(
                        "jdbc:postgresql://localhost:" + postgres.getPort() + "/postgres", "postgres", "postgres"),
                key);
    }

    /** Often, because what two nodes do at the same moment differs from one time to the next. */
    @RepeatedTest(20)
    void nodesThatStartTogetherMakeTheTablesOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<Store>> opening = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                opening.add(threads.submit((Callable<Store>) () -> open(KEY)));
            }
            for (Future<Store> each : opening) {
                try (Store store = each.get()) {
                    assertThat(store.documents().all("store")).containsOnlyKeys("key-proof");
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aLostConnectionIsACleanErrorAndTheNextOneWorks() throws Exception {
        try (Store store = open(KEY)) {
            store.documents().put("a", "b", "c");
            // every connection of the pool is cut in the middle of its work, as by a restart of the server
            assertThatThrownBy(() -> store.database().write(connection -> {
                        try (Statement statement = connection.createStatement()) {
                            statement.execute("select pg_terminate_backend(pg_backend_pid())");
                        }
                        return 0;
                    }))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.code()).isEqualTo(StoreException.Code.UNAVAILABLE));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .ignoreException(StoreException.class)
                    .until(() -> store.documents().find("a", "b").isPresent());
        }
    }
}
