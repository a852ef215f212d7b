package dev.midstream.reassembly.flow;

import dev.midstream.reassembly.stream.FirstCopies;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.IcmpView;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All connections of one engine by VLAN ids, addresses and ports. A look-up takes constant time and
 * allocates nothing.
 */
public final class FlowTable {
  /*
   * Open addressing with linear probing, at most half full. Removal shifts entries back, so there
   * are no tombstones. A parallel array stores the hash of each connection, 0 for a free slot. So a
   * connection is only read, at the cost of a cache miss, when its hash is equal.
   */
  private static final int INITIAL_SLOTS = 16;

  /** The table shrinks if less than one slot in so many is used. */
  private static final int MIN_USED_PART = 16;

  private final KeyedHash hashes;
  private final ConnectionHeap heap;
  private final ConnectionKey scratch = new ConnectionKey();
  private @Nullable Connection[] slots = new Connection[INITIAL_SLOTS];
  private int[] slotHashes = new int[INITIAL_SLOTS];
  private int size;

  /** An empty table that places connections by {@code hashes}, and counts them in {@code heap}. */
  public FlowTable(KeyedHash hashes, ConnectionHeap heap) {
    this.hashes = hashes;
    this.heap = heap;
  }

  /**
   * Finds the connection of the segment in {@code view}, or null. Sets {@code key} to that of the
   * segment.
   */
  public @Nullable Connection find(FrameView view, ConnectionKey key) {
    return find(key.set(view, hashes));
  }

  /** The same for the segment that {@code error} quotes. */
  public @Nullable Connection find(IcmpView error, ConnectionKey key) {
    return find(key.set(error, hashes));
  }

  /** The connection of the segment in {@code view}, or null. */
  public @Nullable Connection peek(FrameView view) {
    return find(scratch.set(view, hashes));
  }

  /** The ends of the segment in {@code view}; valid until the next call. */
  public ConnectionKey key(FrameView view) {
    return scratch.set(view, hashes);
  }

  /** The ends of a segment between these addresses and ports; valid until the next call. */
  public ConnectionKey key(
      int network,
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int ports) {
    return scratch.set(
        network, sourceHigh, sourceLow, destinationHigh, destinationLow, ports, hashes);
  }

  /** Whether {@code connection} is in the table. */
  public boolean isKnown(Connection connection) {
    return ofEnds(connection) == connection;
  }

  /** The connection in the table with the ends of {@code connection}, or null. */
  public @Nullable Connection ofEnds(Connection connection) {
    return find(connection.key());
  }

  /** The connection in the table of which {@code connection} is an alternative, or itself. */
  public Connection inPlaceOf(Connection connection) {
    Connection known = connection.state() == ConnectionState.OPENING ? ofEnds(connection) : null;
    return known == null ? connection : known;
  }

  /** Adds a connection for the segment of {@code key}. */
  public Connection open(ConnectionKey key, boolean senderIsClient) {
    Connection connection = new Connection(key.copy(senderIsClient));
    insert(connection);
    return connection;
  }

  /** Adds a connection that began elsewhere. */
  public void add(Connection connection) {
    insert(connection);
  }

  /** A snapshot whose connections this table finds. */
  public ConnectionSnapshot createSnapshot(NameCodec names, FirstCopies copies) {
    return new ConnectionSnapshot(hashes, names, copies);
  }

  /** Replaces {@code known} by another connection with the same ends. */
  public void replace(Connection known, Connection other) {
    remove(known);
    insert(other);
  }

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
    heap.countTabled(-1);
    if (slots.length > INITIAL_SLOTS && size < slots.length / MIN_USED_PART) {
      setLength(slots.length / 4);
    }
  }

  /** Forgets all connections, and gives back the memory of the table. */
  public void clear() {
    slots = new Connection[INITIAL_SLOTS];
    slotHashes = new int[INITIAL_SLOTS];
    heap.countTabled(-size);
    size = 0;
  }

  public int size() {
    return size;
  }

  /** Number of slots, taken or free. */
  public int slots() {
    return slots.length;
  }

  /**
   * Calls {@code visitor}, which must change nothing, for the connections in at most {@code count}
   * slots from {@code slot} on, in no particular order.
   *
   * @return the slot after the last one visited
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

  /**
   * Calls {@code visitor}, which must change nothing, for the connections whose place, which is
   * their hash reversed, is the same as {@code place} or follows on it. Connections may be added
   * and removed between calls, and the table may grow: one that is there from the first to the last
   * call is visited.
   *
   * @param place 0 at first
   * @return the place of the next call; {@link RecordIndex#END} after the last
   */
  public long visitInOrder(long place, Consumer<Connection> visitor) {
    int mask = slots.length - 1;
    int home = Integer.reverse((int) place) & mask;
    for (int slot = home; slotHashes[slot] != 0; slot = slot + 1 & mask) {
      Connection connection = (slotHashes[slot] & mask) == home ? slots[slot] : null;
      if (connection != null && RecordIndex.placeOf(slotHashes[slot]) >= place) {
        visitor.accept(connection);
      }
    }
    long placesEach = RecordIndex.END >>> Integer.bitCount(mask);
    return (place & -placesEach) + placesEach;
  }

  /** Calls {@code visitor} for every connection, in the order of the keys. */
  public void forEach(Consumer<Connection> visitor) {
    Stream.of(slots)
        .filter(Objects::nonNull)
        .sorted(Comparator.comparing(Connection::key, ConnectionKey.BY_ENDS))
        .forEach(visitor);
  }

  /** The connection of {@code key}, or null. */
  public @Nullable Connection find(ConnectionKey key) {
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
      setLength(2 * slots.length);
    }
    place(connection);
    heap.countTabled(1);
  }

  private void setLength(int length) {
    @Nullable Connection[] old = slots;
    slots = new Connection[length];
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
