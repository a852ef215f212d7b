package dev.midstream.tables.entry;

import java.util.List;

/** A common table. */
public enum Table {
  /** The connections of all nodes; each entry is held by some nodes only. */
  CONNECTIONS(ConnectionEntry.class),
  /** Connections that are expected. */
  EXPECTATIONS(ExpectationEntry.class),
  /** The nodes. */
  NODES(NodeEntry.class);

  /** The tables that each node holds whole. */
  public static final List<Table> REPLICATED = List.of(EXPECTATIONS, NODES);

  private final Class<? extends TableEntry> entries;

  Table(Class<? extends TableEntry> entries) {
    this.entries = entries;
  }

  /** What its entries are. */
  public Class<? extends TableEntry> entries() {
    return entries;
  }

  /** The table whose entries are of a class. */
  public static Table of(Class<? extends TableEntry> entries) {
    for (Table each : values()) {
      if (each.entries.equals(entries)) {
        return each;
      }
    }
    throw new IllegalArgumentException("no table has such entries: " + entries);
  }
}
