package dev.midstream.reassembly.park;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionSnapshot;
import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.reassembly.flow.NameCodec;
import dev.midstream.reassembly.flow.RecordIndex;
import dev.midstream.reassembly.flow.SnapshotHead;
import dev.midstream.reassembly.stream.FirstCopies;
import dev.midstream.wire.header.FrameView;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/**
 * Connections at rest, each as a record of octets: found by its ends, and with the time at which it
 * is due. Records are named by their places, which are valid until the next change.
 */
public final class ParkedConnections {
  /*
   * The ends are not packed, so that a look-up compares them in place. Most of what follows them is 0 for a
   * connection at rest.
   *
   *   0     6        7     +13 or 37, and VLAN ids  +1 or 2
   *   time  version  ends  length of the rest       the rest of the snapshot, packed
   *
   * The ages of the snapshot count from the time. It is near the last packet, so that they are short.
   */
  /** No record. */
  public static final int NONE = RecordIndex.NONE;

  /** The place after the last one, see {@link #visit}. */
  public static final long END = RecordIndex.END;

  /** The longest snapshot that is kept: connections that keep many octets stay as they are. */
  static final int MAX_SNAPSHOT_BYTES = 2_048;

  private static final int TIME_UNIT_BITS = 16;
  private static final int TIME_BYTES = 6;
  private static final int LENGTH_BYTES = 2;
  private static final int NUMBER_BITS = 7;

  /** The longest record. */
  static final int MAX_RECORD_BYTES =
      TIME_BYTES + LENGTH_BYTES + PackedOctets.maxBytes(MAX_SNAPSHOT_BYTES);

  /** More of a snapshot than {@link SnapshotHead} reads, whose names are numbers. */
  private static final int HEAD_BYTES = 80;

  private static final int KEY_OFFSET = TIME_BYTES + ConnectionSnapshot.KEY_OFFSET;

  private final RecordLog log = new RecordLog(this::move);
  private final RecordIndex index = new RecordIndex();
  private final RecordDeadlines deadlines = new RecordDeadlines();

  /** The deadlines of connections that are over. */
  private final RecordDeadlines ends = new RecordDeadlines();

  private final RecordIndex.Keys<ConnectionKey> keys = this::isOf;
  private final StateWriter out;
  private final byte[] packed;
  private final byte[] unpacked;
  private final ConnectionKey scratch = new ConnectionKey();
  private final KeyedHash hashes;
  private final NameCodec names;
  private final ConnectionHeap heap;

  /**
   * An empty table that finds connections by {@code hashes}, charged to {@code heap}.
   *
   * @param names how snapshots name rules: as numbers
   */
  public ParkedConnections(
      KeyedHash hashes, NameCodec names, ConnectionHeap heap, ParkingBuffers buffers) {
    this.hashes = hashes;
    this.names = names;
    this.heap = heap;
    out = buffers.out;
    packed = buffers.packed;
    unpacked = buffers.unpacked;
  }

  /** Number of connections. */
  public int size() {
    return index.size();
  }

  /** A snapshot as the records have it. */
  public ConnectionSnapshot createSnapshot() {
    return new ConnectionSnapshot(hashes, names, FirstCopies.ALL);
  }

  /** The last time up to {@code nanos} that a record may have: the low 16 bits are 0. */
  public static long floorNanos(long nanos) {
    return nanos >> TIME_UNIT_BITS << TIME_UNIT_BITS;
  }

  /**
   * Reads records ahead.
   *
   * @param isOwn whether the connection of a segment may be here
   */
  public ParkedPrefetch createPrefetch(Predicate<FrameView> isOwn, Counters counters) {
    return new ParkedPrefetch(hashes, index, log, deadlines, isOwn, counters);
  }

  /**
   * Begins a record: the caller writes a snapshot of the same time.
   *
   * @param nanos a time that {@link #floorNanos} returned, best that of the last packet
   */
  public StateWriter begin(long nanos) {
    out.clear();
    for (int shift = Long.SIZE - Byte.SIZE; shift >= TIME_UNIT_BITS; shift -= Byte.SIZE) {
      out.octet((int) (nanos >>> shift));
    }
    return out;
  }

  /**
   * Adds the record that was begun.
   *
   * @param key the ends of the connection, which must not be known
   * @param dueNanos when the connection has to go on
   * @param isOver whether the connection is over
   * @return false if the snapshot is too long: then nothing has changed
   */
  public boolean add(ConnectionKey key, long dueNanos, boolean isOver) {
    if (out.length() > TIME_BYTES + MAX_SNAPSHOT_BYTES) {
      return false;
    }
    int record = log.add(packed, 0, pack());
    index.add(record, key.hash());
    (isOver ? ends : deadlines).set(log.number(record), dueNanos);
    updateCharge();
    return true;
  }

  /** The record of a connection; {@link #NONE} if it is not parked. */
  public int find(ConnectionKey key) {
    return index.size() == 0 ? NONE : index.find(key.hash(), key, keys);
  }

  /** The record of the connection of a segment; {@link #NONE} if it is not parked. */
  public int find(FrameView view) {
    return index.size() == 0 ? NONE : find(scratch.set(view, hashes));
  }

  /** The time of a record, from which the ages of its snapshot count. */
  public long timeNanos(int record) {
    StateReader in = reader(record, 0);
    long nanos = 0;
    for (int i = 0; i < TIME_BYTES; i++) {
      nanos = nanos << Byte.SIZE | in.octet();
    }
    return nanos << TIME_UNIT_BITS;
  }

  /** Reads the snapshot of a record; valid until another one is read. */
  public StateReader read(int record) {
    return read(record, MAX_SNAPSHOT_BYTES);
  }

  /** The beginning of the snapshot of a record. */
  public SnapshotHead head(int record) {
    return SnapshotHead.read(read(record, HEAD_BYTES), names, timeNanos(record));
  }

  /** A copy of the ends of a record. */
  public ConnectionKey key(int record) {
    return new ConnectionKey().read(reader(record, KEY_OFFSET), hashes);
  }

  /** The place of a record, see {@link RecordIndex#placeOf}. */
  public long place(int record) {
    return RecordIndex.placeOf(hash(record));
  }

  /** Removes a record. */
  public void remove(int record) {
    int number = log.number(record);
    index.remove(record, hash(record));
    deadlines.remove(number);
    ends.remove(number);
    log.remove(record);
    updateCharge();
  }

  /** The first time at which a record is due; {@link Long#MAX_VALUE} if there are none. */
  public long nextNanos() {
    return Math.min(deadlines.nextNanos(), ends.nextNanos());
  }

  /** The first record, if it is due at {@code nowNanos}; else {@link #NONE}. */
  public int firstDue(long nowNanos) {
    if (nextNanos() > nowNanos) {
      return NONE;
    }
    boolean isOverLater = deadlines.nextNanos() <= ends.nextNanos();
    return log.place(isOverLater ? deadlines.first() : ends.first());
  }

  /** The first record of a connection that is over; {@link #NONE} if there is none. */
  public int firstOver() {
    return ends.size() == 0 ? NONE : log.place(ends.first());
  }

  /** As {@link RecordIndex#visit}. */
  public long visit(long place, IntConsumer visitor) {
    return index.visit(place, visitor);
  }

  /** Forgets all connections, and gives back their memory. */
  public void clear() {
    log.clear();
    index.clear();
    deadlines.clear();
    ends.clear();
    updateCharge();
  }

  private void updateCharge() {
    heap.setParked(
        index.size(),
        index.size() == 0
            ? 0
            : log.heapBytes() + index.heapBytes() + deadlines.heapBytes() + ends.heapBytes());
  }

  private void move(int from, int to) {
    index.replace(from, to, hash(to));
  }

  private int hash(int record) {
    return scratch.read(reader(record, KEY_OFFSET), hashes).hash();
  }

  private boolean isOf(int record, ConnectionKey key) {
    return key.isAt(log.chunk(record), log.offset(record) + KEY_OFFSET);
  }

  private StateReader reader(int record, int offset) {
    int start = log.offset(record);
    return new StateReader(log.chunk(record), start + offset, start + log.length(record));
  }

  /** Packs what was written; returns how many octets it takes. */
  private int pack() {
    byte[] written = out.memory();
    int ends = endOfKey(written, KEY_OFFSET, out.length());
    System.arraycopy(written, 0, packed, 0, ends);
    int length = out.length() - ends;
    int at = ends;
    if (length >= 1 << NUMBER_BITS) {
      packed[at++] = (byte) (length | 1 << NUMBER_BITS);
      length >>>= NUMBER_BITS;
    }
    packed[at++] = (byte) length;
    return PackedOctets.pack(written, ends, out.length(), packed, at);
  }

  private StateReader read(int record, int most) {
    byte[] chunk = log.chunk(record);
    int start = log.offset(record) + TIME_BYTES;
    int to = log.offset(record) + log.length(record);
    int ends = endOfKey(chunk, log.offset(record) + KEY_OFFSET, to);
    StateReader in = new StateReader(chunk, ends, to);
    int length = in.count(MAX_SNAPSHOT_BYTES);
    System.arraycopy(chunk, start, unpacked, 0, ends - start);
    int end = Math.min(ends - start + length, most);
    PackedOctets.unpack(chunk, to - in.remaining(), unpacked, ends - start, end);
    return new StateReader(unpacked, 0, end);
  }

  private static int endOfKey(byte[] octets, int from, int to) {
    StateReader in = new StateReader(octets, from, to);
    ConnectionKey.skip(in);
    return to - in.remaining();
  }
}
