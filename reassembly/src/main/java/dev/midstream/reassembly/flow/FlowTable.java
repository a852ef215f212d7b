package dev.midstream.reassembly.flow;

import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.IcmpView;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All connections of one engine, by VLAN ids, addresses and ports. A look-up allocates nothing and
 * costs the same for one connection and for a million.
 */
public final class FlowTable {
  /*
   * Open addressing with linear probing; at most half full; removal shifts back, so no tombstones. The
   * hash of each connection stands beside it, 0 where there is none: a connection is touched, which
   * costs a miss of the cache, when it is most likely the one that is looked for.
   */
  private static final int INITIAL_SLOTS = 256;

  private final KeyedHash hashes;
  private final ConnectionKey scratch = new ConnectionKey();
  private @Nullable Connection[] slots = new Connection[INITIAL_SLOTS];
  private int[] slotHashes = new int[INITIAL_SLOTS];
  private int size;

  /** An empty table, in which connections have the places that {@code hashes} give them. */
  public FlowTable(KeyedHash hashes) {
    this.hashes = hashes;
  }

  /** Finds the connection of {@code view}'s segment, or null; {@code key} becomes the segment's. */
  public @Nullable Connection find(FrameView view, ConnectionKey key) {
    return find(key.of(view, hashes));
  }

  /** Finds the connection whose segment {@code error} quotes; {@code key} becomes the segment's. */
  public @Nullable Connection find(IcmpView error, ConnectionKey key) {
    return find(key.of(error, hashes));
  }

  /** The connection of {@code view}'s segment, or null. */
  public @Nullable Connection peek(FrameView view) {
    return find(scratch.of(view, hashes));
  }

  /** Whether {@code connection} is still the one its ends find. */
  public boolean isKnown(Connection connection) {
    return ofEnds(connection) == connection;
  }

  /** The connection that the ends of {@code connection} find now, or null. */
  public @Nullable Connection ofEnds(Connection connection) {
    return find(connection.key());
  }

  /** Adds a connection for the segment of {@code key}, whose sender is the client or not. */
  public Connection open(ConnectionKey key, boolean senderIsClient) {
    Connection connection = new Connection(key.copy(), senderIsClient == key.isSentByLow());
    insert(connection);
    return connection;
  }

  /** Puts another connection of the same ends in the place of {@code known}. */
  public void replace(Connection known, Connection other) {
    remove(known);
    insert(other);
  }

  /** Forgets a connection. */
  public void remove(Connection connection) {
    int mask = slots.length - 1;
    int slot = connection.key().hash() & mask;
    while (slots[slot] != connection) {
      if (slots[slot] == null) {
        return;
      }
      slot = slot + 1 & mask;
    }
    closeHole(slot, mask);
    size--;
  }

  /** Connections known. */
  public int size() {
    return size;
  }

  /** Places in the table, taken or free; they change only by growing. */
  public int slots() {
    return slots.length;
  }

  /**
   * Calls {@code visitor}, which must change nothing, for the connections in at most {@code count}
   * places from {@code slot} on, in no particular order.
   *
   * @return the place behind the last one looked at
   */
  public int visit(int slot, int count, Consumer<Connection> visitor) {
    int end = (int) Math.min((long) slot + count, slots.length);
    for (int i = slot; i < end; i++) {
      Connection connection = slots[i];
      if (connection != null) {
        visitor.accept(connection);
      }
    }
    return end;
  }

  /** Calls {@code visitor} for every connection, in an order that no hash decides. */
  public void forEach(Consumer<Connection> visitor) {
    Stream.of(slots)
        .filter(Objects::nonNull)
        .sorted(Comparator.comparing(Connection::key, ConnectionKey.BY_ENDS))
        .forEach(visitor);
  }

  private @Nullable Connection find(ConnectionKey key) {
    int mask = slots.length - 1;
    int slot = key.hash() & mask;
    for (; slotHashes[slot] != 0; slot = slot + 1 & mask) {
      Connection connection = slotHashes[slot] == key.hash() ? slots[slot] : null;
      if (connection != null && connection.key().isSame(key)) {
        return connection;
      }
    }
    return null;
  }

  private void insert(Connection connection) {
    if (2 * ++size > slots.length) {
      grow();
    }
    place(connection);
  }

  private void grow() {
    @Nullable Connection[] old = slots;
    slots = new Connection[2 * old.length];
    slotHashes = new int[slots.length];
    for (Connection connection : old) {
      if (connection != null) {
        place(connection);
      }
    }
  }

  private void place(Connection connection) {
    int mask = slots.length - 1;
    int slot = connection.key().hash() & mask;
    while (slotHashes[slot] != 0) {
      slot = slot + 1 & mask;
    }
    put(slot, connection, connection.key().hash());
  }

  private void put(int slot, @Nullable Connection connection, int hash) {
    slots[slot] = connection;
    slotHashes[slot] = hash;
  }

  private void closeHole(int hole, int mask) {
    int empty = hole;
    for (int slot = hole + 1 & mask; slotHashes[slot] != 0; slot = slot + 1 & mask) {
      int home = slotHashes[slot] & mask;
      if ((slot - home & mask) >= (slot - empty & mask)) {
        put(empty, slots[slot], slotHashes[slot]);
        empty = slot;
      }
    }
    put(empty, null, 0);
  }
}
