package dev.midstream.wire.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel's program does, in Java, for simulated networks and for the tests of the program:
 * the same table, rules, notes and counts. Only the time and the interfaces are the caller's.
 */
public final class FastPathModel implements FastPathTable {
  private final Map<ByteBuffer, FlowEntry> entries = new HashMap<>();
  private final PlainSegment segment = new PlainSegment();
  private final FlowKey key = newKey();
  private final FlowKey opposite = newKey();
  private final long[] counts = new long[RecallReason.values().length];
  private final int maxEntries;
  private long octets;
  private Saying saying = Saying.NOTHING;
  private long doubled;
  private long returned;
  private @Nullable EarlyPass early;
  private long earlyPackets;

  /** What the program of the sockets said of the newest packet. */
  private enum Saying {
    NOTHING,
    REFUSED,
    COPIED
  }

  /** An empty table for {@code maxEntries} directions of connections. */
  public FastPathModel(int maxEntries) {
    this.maxEntries = maxEntries;
  }

  @Override
  public FlowKey newKey() {
    return new FlowKey(allocate(FlowKey.BYTES));
  }

  @Override
  public FlowEntry newEntry() {
    return new FlowEntry(allocate(FlowEntry.BYTES));
  }

  private static MemorySegment allocate(int bytes) {
    return MemorySegment.ofArray(new long[bytes / Long.BYTES]);
  }

  @Override
  public int interfaceOf(Leg leg) {
    return leg == Leg.INSIDE ? 1 : 2;
  }

  @Override
  public boolean put(FlowKey key, FlowEntry entry) {
    ByteBuffer name = name(key);
    if (entries.size() >= maxEntries && !entries.containsKey(name)) {
      return false;
    }
    FlowEntry copy = newEntry();
    copy.memory().copyFrom(entry.memory());
    entries.put(name, copy);
    return true;
  }

  @Override
  public boolean read(FlowKey key, FlowEntry entry) {
    return copy(entries.get(name(key)), entry);
  }

  @Override
  public boolean take(FlowKey key, FlowEntry entry) {
    return copy(entries.remove(name(key)), entry);
  }

  private static boolean copy(@Nullable FlowEntry found, FlowEntry to) {
    if (found != null) {
      to.memory().copyFrom(found.memory());
    }
    return found != null;
  }

  private static ByteBuffer name(FlowKey key) {
    return ByteBuffer.wrap(key.memory().toArray(JAVA_BYTE));
  }

  /** Removes all entries, as the kernel does when their process ends. */
  public void clear() {
    entries.clear();
  }

  /** Entries in the table. */
  public int size() {
    return entries.size();
  }

  /** Packets of which {@link #process} returned {@code reason}. */
  public long packets(RecallReason reason) {
    return counts[reason.number()];
  }

  /** Payload octets of the packets that were forwarded. */
  public long octets() {
    return octets;
  }

  /** Packets that were forwarded and copied to the engine. */
  public long doubled() {
    return doubled;
  }

  /** Packets that were neither forwarded nor copied to the engine: they come in once more. */
  public long returned() {
    return returned;
  }

  /** Forwards what {@code pass} tells without an entry; null for nothing. */
  public void passEarly(@Nullable EarlyPass pass) {
    early = pass;
  }

  /** Packets that were forwarded without an entry. */
  public long earlyPackets() {
    return earlyPackets;
  }

  /** Whether the engine gets a copy of a packet; {@link #process} has its turn with it next. */
  public boolean copies(Packet packet) {
    boolean isCopied = !forwards(packet);
    saying = isCopied ? Saying.COPIED : Saying.REFUSED;
    return isCopied;
  }

  /**
   * Processes a packet: it is changed in place and to be forwarded to the other leg, or unchanged
   * and for the engine.
   *
   * @return {@link RecallReason#NONE} if it is to be forwarded, or why not
   */
  public RecallReason process(Packet packet, long nowNanos) {
    boolean isPlain = segment.read(packet);
    if (isEarly(packet, isPlain)) {
      earlyPackets++;
      compare(true);
      return RecallReason.NONE;
    }
    RecallReason reason =
        isPlain ? forward(interfaceOf(packet.leg()), nowNanos) : RecallReason.HEADERS;
    counts[reason.number()]++;
    compare(reason == RecallReason.NONE);
    return reason;
  }

  private boolean isEarly(Packet packet, boolean isPlain) {
    EarlyPass present = early;
    if (present == null || !OtherFrame.isForOthers(packet)) {
      return false;
    }
    return isPlain
        ? !entries.containsKey(name(segment.keyTo(key))) && present.passes(key)
        : OtherFrame.isOther(packet);
  }

  private void compare(boolean isForwarded) {
    doubled += isForwarded && saying == Saying.COPIED ? 1 : 0;
    returned += !isForwarded && saying == Saying.REFUSED ? 1 : 0;
    saying = Saying.NOTHING;
  }

  /** Whether {@link #process} would forward a packet; changes nothing. */
  public boolean forwards(Packet packet) {
    boolean isPlain = segment.read(packet);
    if (isEarly(packet, isPlain)) {
      return true;
    }
    FlowEntry entry = isPlain ? entries.get(name(segment.keyTo(key))) : null;
    return entry != null
        && entry.index() != interfaceOf(packet.leg())
        && entry.isFast()
        && segment.whyNot(entry) == RecallReason.NONE;
  }

  private RecallReason forward(int index, long nowNanos) {
    FlowEntry entry = entries.get(name(segment.keyTo(key)));
    if (entry == null) {
      return RecallReason.UNKNOWN;
    }
    if (entry.index() == index) {
      return RecallReason.WRONG_SIDE;
    }
    if (!entry.isFast()) {
      return RecallReason.RECALLED;
    }
    RecallReason reason = segment.whyNot(entry);
    if (reason != RecallReason.NONE) {
      recall(entry, reason);
      return reason;
    }
    note(entry, nowNanos);
    if (entry.sequenceShift() != 0 || entry.acknowledgementShift() != 0) {
      segment.shift(entry.sequenceShift(), entry.acknowledgementShift());
    }
    return RecallReason.NONE;
  }

  /** Recalls the connection of {@code key}; {@code reason} is noted. False if it has no entry. */
  public boolean recall(FlowKey key, RecallReason reason) {
    FlowEntry entry = entries.get(name(key));
    if (entry == null || !entry.isFast()) {
      return false;
    }
    this.key.memory().copyFrom(key.memory());
    recall(entry, reason);
    return true;
  }

  private void recall(FlowEntry entry, RecallReason reason) {
    FlowEntry other = entries.get(name(opposite.setOpposite(key)));
    if (other != null) {
      other.recall();
    }
    entry.reason(reason);
    entry.recall();
  }

  private void note(FlowEntry entry, long nowNanos) {
    int end = segment.sequence() + segment.payloadBytes();
    boolean isNewestAck =
        !PlainSegment.isBefore(segment.acknowledgement(), entry.acknowledgement());
    boolean isNewestTime =
        segment.hasTimestamps()
            && (!PlainSegment.isBefore(segment.timestamp(), entry.timestamp())
                || entry.isOutdated(nowNanos));
    entry.newest(
        segment.payloadBytes() > 0 && PlainSegment.isBefore(entry.end(), end) ? end : entry.end(),
        isNewestAck ? segment.acknowledgement() : entry.acknowledgement(),
        isNewestAck ? segment.windowField() : entry.windowField(),
        isNewestTime ? segment.timestamp() : entry.timestamp(),
        isNewestTime ? segment.timestampEcho() : entry.timestampEcho());
    entry.count(segment.payloadBytes(), nowNanos);
    segment.noteLink(entry);
    octets += segment.payloadBytes();
  }
}
