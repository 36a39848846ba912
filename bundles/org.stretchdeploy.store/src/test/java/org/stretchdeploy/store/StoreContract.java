package org.stretchdeploy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What the store promises on every database. */
abstract class StoreContract {
    static final byte[] KEY = new byte[Vault.KEY_BYTES];

    /** Opens the same, still empty database once more. */
    abstract Store open(byte[] key);

    private Store open() {
        return open(KEY);
    }

    @Test
    void documentsAreFoundAgainAfterARestart() {
        try (Store store = open()) {
            Documents documents = store.documents();
            documents.put("cloud", "b", "two");
            documents.put("cloud", "a", "one");
            documents.put("cloud", "b", "zwei");
            documents.put("other", "a", "x");
            documents.delete("cloud", "c");
        }
        try (Store store = open()) {
            assertThat(store.documents().find("cloud", "b")).contains("zwei");
            assertThat(store.documents().all("cloud"))
                    .containsExactly(java.util.Map.entry("a", "one"), java.util.Map.entry("b", "zwei"));
            store.documents().delete("cloud", "a");
            assertThat(store.documents().find("cloud", "a")).isEmpty();
            assertThat(store.documents().find("other", "a")).contains("x");
        }
    }

    @Test
    void whoComesFirstStays() {
        try (Store store = open()) {
            assertThat(store.documents().putIfAbsent("ca", "it", "first")).isEqualTo("first");
            assertThat(store.documents().putIfAbsent("ca", "it", "second")).isEqualTo("first");
        }
    }

    @Test
    void noChangeOfTwoNodesAtOnceIsLost() throws Exception {
        int writers = 4;
        int changes = 25;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try (Store one = open();
                Store two = openBeside(one)) {
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                Documents documents = (i % 2 == 0 ? one : two).documents();
                all.add(threads.submit((Callable<Void>) () -> {
                    for (int n = 0; n < changes; n++) {
                        documents.update("count", "it", before -> Optional.of("" + (number(before) + 1)));
                    }
                    return null;
                }));
            }
            for (Future<Void> each : all) {
                each.get();
            }
            assertThat(one.documents().find("count", "it")).contains("" + writers * changes);
        } finally {
            threads.shutdownNow();
        }
    }

    private static int number(Optional<String> text) {
        return text.map(Integer::parseInt).orElse(0);
    }

    /** A second node, where the database allows one. */
    Store openBeside(Store first) {
        return open();
    }

    @Test
    void aChangeThatFailsChangesNothing() {
        try (Store store = open()) {
            store.documents().put("a", "b", "before");
            assertThatThrownBy(() -> store.documents().update("a", "b", before -> {
                        throw new IllegalStateException("no");
                    }))
                    .hasMessage("no");
            assertThat(store.documents().find("a", "b")).contains("before");
        }
    }

    @Test
    void aNodeWithAnotherKeyIsRefusedAndToldWhatToDo() {
        open().close();
        byte[] other = KEY.clone();
        other[0] = 1;
        assertThatThrownBy(() -> open(other))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("another key")
                .hasMessageContaining("keyFile");
    }

    @Test
    void aSealedSecretIsNotInTheDatabaseAndOpensOnlyUnderItsName() {
        try (Store store = open()) {
            String sealed = store.vault().seal("one", "correct horse".getBytes(StandardCharsets.UTF_8));
            store.documents().put("secret", "one", sealed);
            assertThat(new String(store.vault().open("one", sealed), StandardCharsets.UTF_8))
                    .isEqualTo("correct horse");
            assertThat(everything(store)).doesNotContain("correct horse").contains(sealed);
            assertThatThrownBy(() -> store.vault().open("two", sealed)).isInstanceOf(StoreException.class);
            assertThatThrownBy(() -> store.vault().open("one", "x")).isInstanceOf(StoreException.class);
        }
    }

    private static String everything(Store store) {
        return store.database().read(connection -> {
            StringBuilder text = new StringBuilder();
            try (PreparedStatement select = connection.prepareStatement("select body from store_document");
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    text.append(rows.getString(1)).append('\n');
                }
            }
            return text.toString();
        });
    }
}
