package dev.midstream.tables;

/**
 * What common tables have done so far.
 *
 * @param connectionsPut connections that were written into the table, each refreshing again
 * @param removed keys that were removed, of connections that ended and of nodes that died
 * @param failed entries and keys that could not be written or removed; most are repeated
 * @param dropped changes that were dropped because a queue was full
 * @param untracked offers of connections that were ignored because the node has too many
 * @param unreadable entries that were left out because they are of another version or damaged
 * @param tracked connections of this node that it may have to write
 */
public record TableCounts(
    long connectionsPut,
    long removed,
    long failed,
    long dropped,
    long untracked,
    long unreadable,
    long tracked) {}
