package dev.midstream.tables.entry;

/** An entry of a table that each node holds whole. */
public sealed interface ReplicatedEntry extends TableEntry permits ExpectationEntry, NodeEntry {}
