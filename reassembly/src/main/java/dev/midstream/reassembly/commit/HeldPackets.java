package dev.midstream.reassembly.commit;

import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies of the packets of an opening, which leave when a record of it is committed. They are
 * charged to a heap while they are kept.
 */
final class HeldPackets implements PacketOutput {
  /** What it takes without packets, with its place among others and its key. */
  private static final int BASE_BYTES = 256;

  /** What a packet takes beside its octets. */
  private static final int PACKET_BYTES = 192;

  private final ConnectionKey key;
  private final List<Packet> packets = new ArrayList<>();
  private long number = Long.MAX_VALUE;
  private long closeNumber;
  private boolean opening;
  private @Nullable ConnectionHeap heap;
  private long bytes = BASE_BYTES;

  /** Packets of the connection of {@code key}. */
  HeldPackets(ConnectionKey key) {
    this.key = key;
  }

  ConnectionKey key() {
    return key;
  }

  /** Charges this to {@code other} until {@link #release}. */
  void keepIn(ConnectionHeap other) {
    heap = other;
    other.chargeWaiting(bytes);
  }

  /** Notes that this is not kept any more. */
  void release() {
    if (heap != null) {
      heap.chargeWaiting(-bytes);
      heap = null;
    }
  }

  /** What is to be charged for this while it is kept, counted anew. */
  long bytes() {
    return BASE_BYTES + packets.stream().mapToLong(HeldPackets::bytesOf).sum();
  }

  private static long bytesOf(Packet packet) {
    return (long) PACKET_BYTES + packet.length();
  }

  private void change(long more) {
    bytes += more;
    if (heap != null) {
      heap.chargeWaiting(more);
    }
  }

  /**
   * Notes that the next connection waits for the record of this number, which closes the one
   * before.
   */
  void awaitClose(long record) {
    closeNumber = record;
  }

  /** The number of the last record that closed a connection of these ends; 0 if there is none. */
  long closeNumber() {
    return closeNumber;
  }

  /** Whether no packet waits. */
  boolean isEmpty() {
    return packets.isEmpty();
  }

  /** Forgets the packets that leave by {@code leg}: newer ones take their place. */
  void clear(Leg leg) {
    packets.removeIf(each -> {
      boolean isOlder = each.leg() == leg;
      change(isOlder ? -bytesOf(each) : 0);
      return isOlder;
    });
  }

  /** Sets whether the connection was opening when the last packet came. */
  void setOpening(boolean isOpening) {
    opening = isOpening;
  }

  /** Whether the connection was opening when the last packet came. */
  boolean isOpening() {
    return opening;
  }

  /** Notes that the packets wait for the record of this number. */
  void await(long record) {
    number = record;
  }

  /** Whether the packets wait for the record of this number. */
  boolean isAwaiting(long record) {
    return number == record;
  }

  @Override
  public void emit(Packet packet) {
    add(packet);
  }

  /** Adds a copy of a packet that leaves as it arrived. */
  void addInPlace(Packet packet) {
    Packet copy = add(packet);
    copy.from(packet.linkType(), packet.leg().opposite(), packet.interfaceId(), packet.timeNanos());
  }

  private Packet add(Packet packet) {
    byte[] octets =
        packet.memory().asSlice(packet.offset(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
    Packet copy = new Packet().at(MemorySegment.ofArray(octets), 0, octets.length);
    copy.from(packet.linkType(), packet.leg(), packet.interfaceId(), packet.timeNanos())
        .offload(packet.checksumState(), packet.gsoBytes());
    packets.add(copy);
    change(bytesOf(copy));
    return copy;
  }

  /** Sends the packets. */
  void sendAll(PacketOutput out) {
    packets.forEach(out::emit);
    clear();
  }

  /** Forgets the packets. */
  void clear() {
    packets.clear();
    change(BASE_BYTES - bytes);
  }
}
