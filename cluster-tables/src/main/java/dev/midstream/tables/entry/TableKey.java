package dev.midstream.tables.entry;

import java.util.UUID;

/** What an entry is found by. */
public sealed interface TableKey {

  /** The table that has such keys. */
  Table table();

  /**
   * A connection.
   *
   * @param bucket 0 to 4,095 (HSI-3)
   * @param vlanIds the VLAN of its frames as the engine writes it, 0 or more
   */
  record ConnectionKey(int bucket, int vlanIds, Endpoint client, Endpoint server)
      implements TableKey {
    /** Checks the ranges. */
    public ConnectionKey {
      checkBucket(bucket);
      if (vlanIds < 0) {
        throw new IllegalArgumentException("vlan=" + vlanIds);
      }
    }

    @Override
    public Table table() {
      return Table.CONNECTIONS;
    }
  }

  /**
   * Connections that are expected.
   *
   * @param parent the connection that announced them
   * @param clientOpens whether its client opens them, not its server
   * @param to where they will connect to
   */
  record ExpectationKey(ConnectionKey parent, boolean clientOpens, Endpoint to)
      implements TableKey {
    @Override
    public Table table() {
      return Table.EXPECTATIONS;
    }
  }

  /** One life of a node. */
  record NodeKey(UUID incarnation) implements TableKey {
    @Override
    public Table table() {
      return Table.NODES;
    }
  }

  private static void checkBucket(int bucket) {
    if (bucket < 0 || bucket > KeyCodec.MAX_BUCKET) {
      throw new IllegalArgumentException("bucket=" + bucket);
    }
  }
}
