package dev.midstream.reassembly.commit;

import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Copies of the packets of an opening, which leave when a record of it is committed. */
final class HeldPackets implements PacketOutput {
  private final ConnectionKey key;
  private final List<Packet> packets = new ArrayList<>();
  private long number = Long.MAX_VALUE;
  private boolean opening;

  /** Packets of the connection of {@code key}. */
  HeldPackets(ConnectionKey key) {
    this.key = key;
  }

  ConnectionKey key() {
    return key;
  }

  /** Whether no packet waits. */
  boolean isEmpty() {
    return packets.isEmpty();
  }

  /** Forgets the packets that leave by {@code leg}: newer ones take their place. */
  void clear(Leg leg) {
    packets.removeIf(each -> each.leg() == leg);
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
    return copy;
  }

  /** Sends the packets. */
  void sendAll(PacketOutput out) {
    packets.forEach(out::emit);
    packets.clear();
  }
}
