package org.stretchdeploy.stretch.internal.register;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.store.Documents;

/** One document of the store per machine, so that every node sees it. */
public final class StoredFenceBreaches implements FenceBreaches {
    private static final String KIND = "fence-breach";

    private final Documents documents;
    private final ObjectMapper json;

    public StoredFenceBreaches(Documents documents, ObjectMapper json) {
        this.documents = documents;
        this.json = json;
    }

    @Override
    public List<Breach> all() {
        return documents.all(KIND).values().stream().map(this::read).toList();
    }

    @Override
    public Optional<Breach> find(String cloud, ObjectId vm) {
        return documents.find(KIND, id(cloud, vm)).map(this::read);
    }

    @Override
    public Optional<Breach> update(String cloud, ObjectId vm, UnaryOperator<Optional<Breach>> change) {
        return documents
                .update(KIND, id(cloud, vm), before -> change.apply(before.map(this::read))
                        .map(this::written))
                .map(this::read);
    }

    private static String id(String cloud, ObjectId vm) {
        // ids of a vendor may be longer than those of a document
        byte[] text = (cloud + "\n" + vm.value()).getBytes(StandardCharsets.UTF_8);
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private String written(Breach breach) {
        try {
            return json.writeValueAsString(breach);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Breach read(String text) {
        try {
            return json.readValue(text, Breach.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot read the record of a broken fence", e);
        }
    }
}
