package org.stretchdeploy.stretch.internal.register;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.stretchdeploy.store.Documents;
import org.stretchdeploy.stretch.internal.model.Stretch;

/** One document of the store per stretch, so that every node sees them. */
public final class StoredStretches implements Stretches {
    /** Kind of the documents. */
    public static final String KIND = "stretch";

    private final Documents documents;
    private final ObjectMapper json;

    public StoredStretches(Documents documents, ObjectMapper json) {
        this.documents = documents;
        this.json = json;
    }

    @Override
    public Optional<Stretch> find(String id) {
        return documents.find(KIND, checked(id)).map(this::read);
    }

    @Override
    public List<Stretch> all() {
        return documents.all(KIND).values().stream().map(this::read).toList();
    }

    @Override
    public void put(Stretch stretch) {
        documents.put(KIND, checked(stretch.id()), written(stretch));
    }

    private String written(Stretch stretch) {
        try {
            return json.writeValueAsString(stretch);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void update(String id, UnaryOperator<Stretch> change) {
        documents.update(KIND, checked(id), before -> before.map(text -> written(change.apply(read(text)))));
    }

    @Override
    public void remove(String id) {
        documents.delete(KIND, checked(id));
    }

    private static String checked(String id) {
        if (!id.matches("[a-z0-9][a-z0-9-]{0,60}")) {
            throw new IllegalArgumentException("not a stretch id: " + id);
        }
        return id;
    }

    private Stretch read(String text) {
        try {
            return json.readValue(text, Stretch.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot read the record of a stretch", e);
        }
    }
}
