package org.stretchdeploy.workflow;

import java.time.Instant;

/**
 * One line of an operation's journal.
 *
 * @param seq 1, 2, 3 … without gaps within the operation
 * @param at when it was written, by the clock of the node that wrote it, to the millisecond
 */
public record JournalEntry(long seq, Instant at, JournalEvent event) {}
