package org.stretchdeploy.appliance.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.stretchdeploy.appliance.AgentStatus;
import org.stretchdeploy.store.Documents;
import org.stretchdeploy.store.Store;
import org.stretchdeploy.tunnel.control.AgentIdentity;
import org.stretchdeploy.tunnel.control.ControlJson;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.StatusReport;

/** Agents as all nodes of the deployment see them. Thread-safe; changes of two nodes at once are both kept. */
final class AgentStore {
    static final String AGENT = "agent";
    static final String DESIRED = "agent-desired";
    private static final String STATUS = "agent-status";

    private final Documents documents;
    private final boolean shared;

    AgentStore(Store store) {
        this.documents = store.documents();
        this.shared = !store.database().settings().embedded();
    }

    Optional<AgentRecord> agent(String id) {
        return documents.find(AGENT, checked(id)).map(text -> read(text, AgentRecord.class));
    }

    /** @param change may be called several times; an empty answer leaves the agent unknown */
    Optional<AgentRecord> update(String id, UnaryOperator<Optional<AgentRecord>> change) {
        return documents
                .update(AGENT, checked(id), before -> change.apply(before.map(text -> read(text, AgentRecord.class)))
                        .map(AgentStore::text))
                .map(text -> read(text, AgentRecord.class));
    }

    Optional<DesiredState> desired(String id) {
        return documents.find(DESIRED, checked(id)).map(text -> read(text, DesiredState.class));
    }

    /** @param change may be called several times */
    DesiredState updateDesired(String id, UnaryOperator<DesiredState> change) {
        String after = documents
                .update(
                        DESIRED,
                        checked(id),
                        before -> Optional.of(text(change.apply(before.map(text -> read(text, DesiredState.class))
                                .orElse(DesiredState.EMPTY)))))
                .orElseThrow();
        return read(after, DesiredState.class);
    }

    /** First the right to call, then what it was told. */
    void delete(String id) {
        documents.delete(AGENT, checked(id));
        documents.delete(DESIRED, id);
        documents.delete(STATUS, id);
    }

    List<String> ids() {
        return List.copyOf(documents.all(AGENT).keySet());
    }

    private record Reported(Instant receivedAt, StatusReport report) {}

    /** Tells the other nodes, if there can be any; old news after a power cut does no harm, so this does not sync. */
    void report(String id, AgentStatus status) {
        if (shared) {
            documents.putLazily(STATUS, checked(id), text(new Reported(status.receivedAt(), status.report())));
        }
    }

    /** What the agent said to any node last. */
    Optional<AgentStatus> reported(String id) {
        return shared
                ? documents
                        .find(STATUS, checked(id))
                        .map(text -> read(text, Reported.class))
                        .map(last -> new AgentStatus(last.report(), last.receivedAt(), Duration.ZERO))
                : Optional.empty();
    }

    private static String checked(String id) {
        return new AgentIdentity("any", id).agent();
    }

    private static String text(Object document) {
        return new String(ControlJson.write(document), StandardCharsets.UTF_8);
    }

    private static <T> T read(String text, Class<T> type) {
        try {
            return ControlJson.read(text.getBytes(StandardCharsets.UTF_8), type);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what is stored of an agent", e);
        }
    }
}
