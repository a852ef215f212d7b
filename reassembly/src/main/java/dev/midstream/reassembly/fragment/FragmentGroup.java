package dev.midstream.reassembly.fragment;

import dev.midstream.reassembly.event.Reason;
import dev.midstream.wire.header.FragmentView;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.segment.DatagramBuilder;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The fragments of one datagram: those that wait, or what becomes of all that come. */
final class FragmentGroup {
  private static final int UNKNOWN = -1;
  private static final int CONGESTION_EXPERIENCED = 3;

  /** What becomes of its fragments. */
  enum State {
    /** They wait for each other. */
    GATHERING,
    /** They pass as they come: nobody wants to change the connection. */
    PASSING,
    /** They are dropped. */
    REFUSED
  }

  /** What a fragment is to those that are known. */
  enum Relation {
    FITS,
    DUPLICATE,
    OVERLAPS,
    /** Behind the last octet, or in contradiction to where that is. */
    BEYOND_END
  }

  private final FragmentKey key;
  private final long dueNanos;
  private final NavigableMap<Integer, Integer> endOfStart = new TreeMap<>();
  private final Map<Integer, KeptFragment> byStart = new HashMap<>();
  private final List<KeptFragment> arrived = new ArrayList<>();
  private State state = State.GATHERING;
  private @Nullable Reason refusal;
  private boolean wanted;
  private int chargedBytes;
  private int keptBytes;
  private int coveredBytes;
  private int totalBytes = UNKNOWN;
  private int largestPacketBytes;
  private int lowestHopLimit = Integer.MAX_VALUE;
  private boolean congested;

  FragmentGroup(FragmentKey key, long dueNanos) {
    this.key = key;
    this.dueNanos = dueNanos;
  }

  FragmentKey key() {
    return key;
  }

  /** When it has waited long enough. */
  long dueNanos() {
    return dueNanos;
  }

  State state() {
    return state;
  }

  /** Why its fragments are dropped; only then. */
  Reason refusal() {
    if (refusal == null) {
      throw new IllegalStateException("fragments are not refused: " + key);
    }
    return refusal;
  }

  /** Whether its first fragment showed that the connection may be changed. */
  boolean isWanted() {
    return wanted;
  }

  void want() {
    wanted = true;
  }

  /** All fragments pass from now on; those kept have left. */
  void pass() {
    state = State.PASSING;
  }

  /** All fragments are dropped from now on, for {@code reason}; those kept are forgotten. */
  void refuse(Reason reason) {
    state = State.REFUSED;
    refusal = reason;
    endOfStart.clear();
  }

  /** Octets of the packets that are kept. */
  int keptBytes() {
    return keptBytes;
  }

  /** Octets charged for it. */
  int chargedBytes() {
    return chargedBytes;
  }

  void charged(int bytes) {
    chargedBytes = bytes;
  }

  /** Fragments known. */
  int size() {
    return endOfStart.size();
  }

  /** Fragments that wait, in the order they came. */
  List<KeptFragment> arrived() {
    return arrived;
  }

  Relation relationOf(FragmentView fragment) {
    Map.Entry<Integer, Integer> before = endOfStart.floorEntry(fragment.start());
    if (before != null && before.getValue() > fragment.start()) {
      boolean same = before.getKey() == fragment.start() && before.getValue() == fragment.end();
      return same && isSame(fragment) ? Relation.DUPLICATE : Relation.OVERLAPS;
    }
    Integer next = endOfStart.higherKey(fragment.start());
    if (next != null && next < fragment.end()) {
      return Relation.OVERLAPS;
    }
    return isBeyondEnd(fragment, next) ? Relation.BEYOND_END : Relation.FITS;
  }

  /** Notes a fragment that fits and passes. */
  void cover(FragmentView fragment) {
    endOfStart.put(fragment.start(), fragment.end());
    coveredBytes += fragment.payloadLength();
    if (fragment.isLast()) {
      totalBytes = fragment.end();
    }
  }

  /** Keeps a fragment that fits. */
  void keep(FragmentView fragment, ByteBufAllocator allocator) {
    KeptFragment kept = new KeptFragment(fragment, allocator);
    cover(fragment);
    byStart.put(fragment.start(), kept);
    arrived.add(kept);
    keptBytes += kept.packet().length();
    largestPacketBytes = Math.max(largestPacketBytes, fragment.ipPacketLength());
    lowestHopLimit = Math.min(lowestHopLimit, fragment.view().hopLimit());
    congested |= fragment.view().ecn() == CONGESTION_EXPERIENCED;
  }

  /** Whether all octets of the datagram are known. */
  boolean isWhole() {
    return coveredBytes == totalBytes;
  }

  /** Octets of the datagram behind the headers that its fragments share; once it is whole. */
  int totalBytes() {
    return totalBytes;
  }

  /** Octets of the largest IP packet that brought a fragment. */
  int largestPacketBytes() {
    return largestPacketBytes;
  }

  /** The kept fragment that holds the first octets; null before it came. */
  @Nullable KeptFragment first() {
    return byStart.get(0);
  }

  /** Puts everything kept into {@code datagram}, which begins with the first fragment. */
  void putInto(DatagramBuilder datagram) {
    for (KeptFragment kept : arrived) {
      datagram.octets(kept.memory(), kept.payloadOffset(), kept.start(), kept.length());
    }
    datagram.hopLimit(lowestHopLimit);
    if (congested) {
      datagram.congestionExperienced();
    }
  }

  /** Gives the octets of {@code joined}, which start there at {@code offset}, to what is kept. */
  void takeFrom(Packet joined, int offset) {
    for (KeptFragment kept : arrived) {
      kept.take(joined.memory(), joined.offset() + offset + kept.start());
    }
  }

  /** Sends what is kept, in the order it came. */
  void sendArrived(long timeNanos, PacketOutput out) {
    for (KeptFragment kept : arrived) {
      kept.send(timeNanos, out);
    }
  }

  /** Gives the kept packets back; what they covered stays known. */
  void free() {
    arrived.forEach(KeptFragment::free);
    arrived.clear();
    keptBytes = 0;
    byStart.clear();
  }

  private boolean isSame(FragmentView fragment) {
    KeptFragment kept = byStart.get(fragment.start());
    return kept == null || kept.isSame(fragment);
  }

  private boolean isBeyondEnd(FragmentView fragment, @Nullable Integer next) {
    if (totalBytes != UNKNOWN && (fragment.isLast() || fragment.end() > totalBytes)) {
      return true;
    }
    return fragment.isLast() && next != null;
  }
}
