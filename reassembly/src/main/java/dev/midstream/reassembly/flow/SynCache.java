package dev.midstream.reassembly.flow;

import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.util.function.IntConsumer;

/**
 * The half-open connections of one engine as records (SYN cache, RFC 4987 section 3.4). A record
 * holds the headers of one SYN or SYN-ACK and a few numbers, about 120 octets. A connection has one
 * record for each of its SYNs, in the order of their arrival: the opening SYN, whose record stands
 * for the connection, and perhaps a SYN-ACK and a competing SYN. A look-up allocates nothing.
 *
 * <p>The connections are in the order of their last packets, the oldest first.
 */
@SuppressWarnings("EnumOrdinal") // bits of a record; the order is never stored elsewhere
public final class SynCache {
  /** No record. */
  public static final int NONE = SynRecords.NONE;

  /** The longest headers of a record. IPv6 with a VLAN tag and all 40 octets of options has 118. */
  public static final int MAX_HEADER_BYTES = SynRecords.MAX_HEADER_BYTES;

  /** The largest number of a rule or an interface in a record. */
  public static final int MAX_NUMBER = 0xffff;

  /** More octets than a SYN carries after its headers, which are not kept. */
  public static final int OMITTED_BYTES = 1 << 17;

  /** The place after the last one, see {@link #visit}. */
  public static final long END = RecordIndex.END;

  private static final int LEG_SHIFT = 7;
  private static final int CHECKSUM_SHIFT = 6;
  private static final int LINK_TYPE = (1 << CHECKSUM_SHIFT) - 1;
  private static final LinkType[] LINK_TYPES = LinkType.values();
  private static final ChecksumState[] CHECKSUM_STATES = ChecksumState.values();
  private static final Leg[] LEGS = Leg.values();

  private static final int COMPETING = 1;
  private static final int SENT_BY_SERVER = 1 << 1;
  private static final int HANDLING_SHIFT = 2;
  private static final int HANDLING = 7;
  private static final int SEEN_SHIFT = 5;
  private static final int RETRANSMITTED = 1 << 12;
  private static final int OF_PACKET = COMPETING | SENT_BY_SERVER | RETRANSMITTED;
  private static final int MAX_ARRIVALS = 0xff;
  private static final int MAX_LOGS = 0xff;
  private static final Handling[] HANDLINGS = Handling.values();

  private final KeyedHash hashes;
  private final ConnectionHeap heap;
  private final ConnectionKey scratch = new ConnectionKey();
  private final ConnectionKey stored = new ConnectionKey();
  private final RecordIndex.Keys<ConnectionKey> keys = (record, key) -> keyOf(record).isSame(key);
  private final FrameView view = new FrameView();
  private final Packet packet = new Packet();
  private SynRecords records = new SynRecords();
  private RecordIndex index = new RecordIndex();
  private int size;
  private int oldest = NONE;
  private int newest = NONE;
  private int recorded;

  /** The log as connections know it; when all of its records are lost it is another one. */
  private int log = 1;

  /** An empty cache that places records by {@code hashes}, and counts them in {@code heap}. */
  public SynCache(KeyedHash hashes, ConnectionHeap heap) {
    this.hashes = hashes;
    this.heap = heap;
  }

  /** Number of half-open connections. */
  public int size() {
    return size;
  }

  /** Of how many of them the log has records. */
  public int recorded() {
    return recorded;
  }

  /** Octets of heap that the records and their index take. */
  public long heapBytes() {
    return records.heapBytes() + index.heapBytes();
  }

  /** The half-open connection of a segment; {@link #NONE} if there is none. */
  public int find(FrameView segment) {
    return size == 0 ? NONE : find(scratch.set(segment, hashes));
  }

  /** The half-open connection with the ends of {@code key}; {@link #NONE} if there is none. */
  public int find(ConnectionKey key) {
    return size == 0 ? NONE : index.find(key.hash(), key, keys);
  }

  /** The connection whose last packet is the oldest; {@link #NONE} if there is none. */
  public int oldest() {
    return oldest;
  }

  /** The record of the next SYN of the same connection; {@link #NONE} after the last. */
  public int following(int record) {
    return records.intAt(record, SynRecords.FOLLOWING);
  }

  /** The headers of a record, as they came; valid until the next call. */
  public FrameView headers(int record) {
    int link = records.byteAt(record, SynRecords.LINK);
    int length = records.byteAt(record, SynRecords.HEADER_LENGTH);
    packet
        .at(records.page(record), records.headersAt(record), length)
        .missing(OMITTED_BYTES)
        .from(
            LINK_TYPES[link & LINK_TYPE],
            LEGS[link >>> LEG_SHIFT],
            records.shortAt(record, SynRecords.INTERFACE),
            records.longAt(record, SynRecords.NANOS))
        .offload(CHECKSUM_STATES[link >>> CHECKSUM_SHIFT & 1], 0);
    view.read(packet);
    return view;
  }

  /** Whether the client sent the SYN of a record. In a simultaneous open both ends send one. */
  public boolean isSentByClient(int record) {
    return (flags(record) & SENT_BY_SERVER) == 0;
  }

  /** Whether the SYN of a record competes with the opening. */
  public boolean isCompeting(int record) {
    return (flags(record) & COMPETING) != 0;
  }

  /** Whether the SYN of a record arrived again so late that its sender retransmitted it. */
  public boolean isRetransmitted(int record) {
    return (flags(record) & RETRANSMITTED) != 0;
  }

  /** When the SYN of a record arrived for the first time. */
  public long firstNanos(int record) {
    return records.longAt(record, SynRecords.NANOS);
  }

  /** How often the SYN of a record arrived, at most 255. */
  public int arrivals(int record) {
    return records.byteAt(record, SynRecords.ARRIVALS);
  }

  /** Time of the last packet of a connection that counts as activity. */
  public long lastNanos(int connection) {
    return records.longAt(connection, SynRecords.LAST_NANOS);
  }

  /** The number of the rule that decided a connection. */
  public int rule(int connection) {
    return records.shortAt(connection, SynRecords.RULE);
  }

  public Handling handling(int connection) {
    return HANDLINGS[flags(connection) >>> HANDLING_SHIFT & HANDLING];
  }

  /** Whether the log of the engine has records of a connection. */
  public boolean isRecorded(int connection) {
    return records.byteAt(connection, SynRecords.LOG) == log;
  }

  /** Notes whether the log of the engine has records of a connection. */
  public void setRecorded(int connection, boolean isRecorded) {
    recorded += (isRecorded ? 1 : 0) - (isRecorded(connection) ? 1 : 0);
    records.setByte(connection, SynRecords.LOG, isRecorded ? log : 0);
  }

  /** Notes that the log has records of no connection any more; returns of how many it had. */
  public int takeRecorded() {
    int count = recorded;
    recorded = 0;
    log = log % MAX_LOGS + 1;
    return count;
  }

  /** The ends of a connection; valid until the next call. */
  public ConnectionKey key(int connection) {
    return keyOf(connection);
  }

  /** A copy of the ends of a connection. */
  public ConnectionKey keyCopy(int connection) {
    return keyOf(connection).copy(isSentByClient(connection));
  }

  /** Addresses and ports, client first. */
  public String name(int connection) {
    return keyCopy(connection).name();
  }

  /** Whether {@code record} stands for a connection with this time of its last packet. */
  public boolean isKnown(int record, long lastNanos) {
    return records.isUsed(record) && lastNanos(record) == lastNanos;
  }

  /** Adds a connection, which is not known yet, with the headers of its first SYN. */
  public int add(Packet syn, int headerLength, boolean isSentByClient, long nowNanos) {
    int record = insert(syn, headerLength, isSentByClient ? 0 : SENT_BY_SERVER, nowNanos);
    records.setLong(record, SynRecords.LAST_NANOS, nowNanos);
    index.add(record, keyOf(record).hash());
    join(record);
    size++;
    noteUse();
    return record;
  }

  /** Adds another SYN of a connection. */
  public void append(
      int connection,
      Packet syn,
      int headerLength,
      boolean isSentByClient,
      boolean isCompeting,
      long nowNanos) {
    int last = connection;
    while (following(last) != NONE) {
      last = following(last);
    }
    int flags = (isSentByClient ? 0 : SENT_BY_SERVER) | (isCompeting ? COMPETING : 0);
    int record = insert(syn, headerLength, flags, nowNanos);
    records.setInt(last, SynRecords.FOLLOWING, record);
    noteUse();
  }

  /** Counts a SYN that arrived once more, perhaps because its sender retransmitted it. */
  public void repeat(int record, boolean isRetransmitted) {
    setFlags(record, flags(record) | (isRetransmitted ? RETRANSMITTED : 0));
    records.setByte(record, SynRecords.ARRIVALS, Math.min(arrivals(record) + 1, MAX_ARRIVALS));
  }

  /** Replaces the headers of a record by those of the same SYN, which have the same length. */
  public void setHeaders(int record, Packet syn, int headerLength) {
    records.setHeaders(record, syn.memory(), syn.offset(), headerLength);
  }

  /** Stores what is known of a connection beside its SYNs; {@code rule} is its rule's number. */
  public void update(int record, Connection connection, int rule) {
    records.setShort(record, SynRecords.RULE, rule);
    int handling = connection.handling().ordinal() << HANDLING_SHIFT;
    int seen = connection.seen().toBits() << SEEN_SHIFT;
    setFlags(record, (flags(record) & OF_PACKET) | handling | seen);
    setRecorded(record, connection.record() != null);
    long nanos = connection.seen().lastNanos();
    if (nanos != lastNanos(record)) {
      records.setLong(record, SynRecords.LAST_NANOS, nanos);
      leave(record);
      join(record);
    }
  }

  /** Sets what {@link #update} stored in a connection that was made of the SYNs of the record. */
  public void restore(int record, Connection connection) {
    connection.seen().setBits(flags(record) >>> SEEN_SHIFT);
    connection.seen().touch(lastNanos(record));
  }

  /** Removes a connection with all its records. */
  public void remove(int connection) {
    index.remove(connection, keyOf(connection).hash());
    leave(connection);
    setRecorded(connection, false);
    for (int record = connection; record != NONE; ) {
      int following = following(record);
      records.remove(record);
      record = following;
    }
    size--;
    noteUse();
  }

  private void noteUse() {
    heap.setHalfOpen(size, records.usedBytes());
  }

  /** Removes the connection with the ends of {@code connection}, if it is known. */
  public void forget(Connection connection) {
    int record = find(connection.key());
    if (record != NONE) {
      remove(record);
    }
  }

  /** Forgets all connections, and gives back their memory. */
  public void clear() {
    takeOver(new SynCache(hashes, heap));
    noteUse();
    recorded = 0;
  }

  /**
   * Gives back memory if little of it is used. The numbers of all records change. Records of one
   * length do not use memory of those of another one, so a flood could fill it once for each
   * length.
   */
  public void releaseUnused() {
    if (!records.isSparse()) {
      return;
    }
    SynCache smaller = new SynCache(hashes, heap);
    for (int record = oldest; record != NONE; record = records.intAt(record, SynRecords.NEXT)) {
      int copy = smaller.copyAll(records, record);
      smaller.index.add(copy, keyOf(record).hash());
      smaller.join(copy);
      smaller.size++;
    }
    takeOver(smaller);
  }

  /**
   * Calls {@code visitor}, which must change nothing, for some two thousand connections, in no
   * particular order. One that is there from the first to the last call is visited once.
   *
   * @param place 0 at first
   * @return the place of the next call; {@link #END} after the last
   */
  public long visit(long place, IntConsumer visitor) {
    return index.visit(place, visitor);
  }

  private int insert(Packet syn, int headerLength, int flags, long nowNanos) {
    int record = records.add(syn.memory(), syn.offset(), headerLength);
    int leg = syn.leg().ordinal() << LEG_SHIFT;
    int checksum = syn.checksumState().ordinal() << CHECKSUM_SHIFT;
    records.setByte(record, SynRecords.LINK, syn.linkType().ordinal() | checksum | leg);
    records.setShort(record, SynRecords.INTERFACE, syn.interfaceId());
    records.setLong(record, SynRecords.NANOS, nowNanos);
    records.setLong(record, SynRecords.LAST_NANOS, Long.MIN_VALUE);
    records.setInt(record, SynRecords.FOLLOWING, NONE);
    records.setByte(record, SynRecords.ARRIVALS, 1);
    records.setByte(record, SynRecords.LOG, 0);
    setFlags(record, flags);
    return record;
  }

  /** Copies a record of {@code from} and those that follow it. */
  private int copyAll(SynRecords from, int record) {
    int copy = records.addCopy(from, record);
    int following = from.intAt(record, SynRecords.FOLLOWING);
    if (following != NONE) {
      records.setInt(copy, SynRecords.FOLLOWING, copyAll(from, following));
    }
    return copy;
  }

  private void join(int record) {
    records.setInt(record, SynRecords.PREVIOUS, newest);
    records.setInt(record, SynRecords.NEXT, NONE);
    if (newest == NONE) {
      oldest = record;
    } else {
      records.setInt(newest, SynRecords.NEXT, record);
    }
    newest = record;
  }

  private void leave(int record) {
    int previous = records.intAt(record, SynRecords.PREVIOUS);
    int next = records.intAt(record, SynRecords.NEXT);
    if (previous == NONE) {
      oldest = next;
    } else {
      records.setInt(previous, SynRecords.NEXT, next);
    }
    if (next == NONE) {
      newest = previous;
    } else {
      records.setInt(next, SynRecords.PREVIOUS, previous);
    }
  }

  private void takeOver(SynCache other) {
    records = other.records;
    index = other.index;
    size = other.size;
    oldest = other.oldest;
    newest = other.newest;
  }

  private ConnectionKey keyOf(int record) {
    return stored.set(headers(record), hashes);
  }

  private int flags(int record) {
    return records.shortAt(record, SynRecords.FLAGS);
  }

  private void setFlags(int record, int flags) {
    records.setShort(record, SynRecords.FLAGS, flags);
  }
}
