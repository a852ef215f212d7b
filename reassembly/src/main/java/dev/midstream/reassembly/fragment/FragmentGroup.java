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

/** The fragments of one datagram, and what is done with them. */
final class FragmentGroup {
  private static final int UNKNOWN = -1;
  private static final int CONGESTION_EXPERIENCED = 3;

  /** What is done with the fragments of the datagram. */
  enum State {
    /** They are kept until the datagram is complete. */
    REASSEMBLING,
    /** They are forwarded as they come, because the connection is never changed. */
    PASSING,
    /** They are dropped. */
    DROPPING
  }

  /** The place of a new fragment among the recorded ones. */
  enum Relation {
    FITS,
    DUPLICATE,
    OVERLAPS,
    /** Beyond the end of the datagram, or a last fragment that contradicts the known end. */
    BEYOND_END
  }

  private final FragmentKey key;
  private final long dueNanos;
  private final NavigableMap<Integer, Integer> endByStart = new TreeMap<>();
  private final Map<Integer, KeptFragment> keptByStart = new HashMap<>();
  private final List<KeptFragment> arrived = new ArrayList<>();
  private State state = State.REASSEMBLING;
  private @Nullable Reason dropReason;
  private boolean reassemblyRequired;
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

  /** When the datagram is evicted if it is not complete. */
  long dueNanos() {
    return dueNanos;
  }

  State state() {
    return state;
  }

  /** Why the fragments are dropped; legal only in {@link State#DROPPING}. */
  Reason dropReason() {
    if (dropReason == null) {
      throw new IllegalStateException("fragments are not dropped: " + key);
    }
    return dropReason;
  }

  /** Whether the first fragment came and belongs to a connection that may be changed. */
  boolean isReassemblyRequired() {
    return reassemblyRequired;
  }

  void requireReassembly() {
    reassemblyRequired = true;
  }

  /** Forwards all fragments from now on. The kept ones must have been sent. */
  void pass() {
    state = State.PASSING;
  }

  /** Drops all fragments from now on, for {@code reason}, and forgets the recorded ones. */
  void drop(Reason reason) {
    state = State.DROPPING;
    dropReason = reason;
    endByStart.clear();
  }

  /** Octets of the kept packets, headers included. */
  int keptBytes() {
    return keptBytes;
  }

  /** Charges {@code bytes} for this group, and returns how many more that is. */
  int charge(int bytes) {
    int more = bytes - chargedBytes;
    chargedBytes = bytes;
    return more;
  }

  /** Fragments recorded, whether kept or forwarded. */
  int size() {
    return endByStart.size();
  }

  int keptCount() {
    return arrived.size();
  }

  Relation relationOf(FragmentView fragment) {
    Map.Entry<Integer, Integer> previous = endByStart.floorEntry(fragment.start());
    if (previous != null && previous.getValue() > fragment.start()) {
      boolean same = previous.getKey() == fragment.start() && previous.getValue() == fragment.end();
      return same && hasSameOctets(fragment) ? Relation.DUPLICATE : Relation.OVERLAPS;
    }
    Integer next = endByStart.higherKey(fragment.start());
    if (next != null && next < fragment.end()) {
      return Relation.OVERLAPS;
    }
    return isBeyondEnd(fragment, next) ? Relation.BEYOND_END : Relation.FITS;
  }

  void record(FragmentView fragment) {
    endByStart.put(fragment.start(), fragment.end());
    coveredBytes += fragment.payloadLength();
    if (fragment.isLast()) {
      totalBytes = fragment.end();
    }
  }

  /** Records a fragment that fits, and keeps a copy of its packet. */
  void keep(FragmentView fragment, ByteBufAllocator allocator) {
    KeptFragment kept = KeptFragment.copyOf(fragment, allocator);
    record(fragment);
    keptByStart.put(fragment.start(), kept);
    arrived.add(kept);
    keptBytes += kept.packet().length();
    largestPacketBytes = Math.max(largestPacketBytes, fragment.ipPacketLength());
    lowestHopLimit = Math.min(lowestHopLimit, fragment.view().hopLimit());
    congested |= fragment.view().ecn() == CONGESTION_EXPERIENCED;
  }

  /** Whether all octets of the datagram came. */
  boolean isComplete() {
    return coveredBytes == totalBytes;
  }

  /** Octets of the datagram after the unfragmentable headers; valid once it is complete. */
  int totalBytes() {
    return totalBytes;
  }

  /** Length of the largest IP packet that carried a fragment. */
  int largestPacketBytes() {
    return largestPacketBytes;
  }

  /** The kept fragment at offset 0; null before it came. */
  @Nullable KeptFragment first() {
    return keptByStart.get(0);
  }

  /** Copies the kept octets into {@code datagram}, which was begun with the first fragment. */
  void copyTo(DatagramBuilder datagram) {
    for (KeptFragment kept : arrived) {
      kept.copyTo(datagram);
    }
    datagram.hopLimit(lowestHopLimit);
    if (congested) {
      datagram.congestionExperienced();
    }
  }

  /** Copies the octets of a rewritten datagram, which start at {@code offset}, back. */
  void overwriteFrom(Packet whole, int offset) {
    for (KeptFragment kept : arrived) {
      kept.overwrite(whole.memory(), whole.offset() + offset + kept.start());
    }
  }

  /** Sends the kept packets, in the order of arrival. */
  void sendArrived(long timeNanos, PacketOutput out) {
    for (KeptFragment kept : arrived) {
      kept.send(timeNanos, out);
    }
  }

  /** Frees the kept packets. Their ranges stay recorded. */
  void free() {
    arrived.forEach(KeptFragment::free);
    arrived.clear();
    keptBytes = 0;
    keptByStart.clear();
  }

  private boolean hasSameOctets(FragmentView fragment) {
    KeptFragment kept = keptByStart.get(fragment.start());
    return kept == null || kept.hasSameOctets(fragment);
  }

  private boolean isBeyondEnd(FragmentView fragment, @Nullable Integer next) {
    if (totalBytes != UNKNOWN && (fragment.isLast() || fragment.end() > totalBytes)) {
      return true;
    }
    return fragment.isLast() && next != null;
  }
}
