package dev.midstream.worlds.law;

import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.packet.PayloadParts;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** What leaves an engine in one call, as a number of packets and a checksum. */
final class OutputSum implements PacketOutput {
  private final PacketOutput next;
  private final boolean gathers;
  private final CRC32 checksum = new CRC32();
  private final ByteBuffer numbers = ByteBuffer.allocate(Long.BYTES);
  private int packets;

  private OutputSum(PacketOutput next, boolean gathers) {
    this.next = next;
    this.gathers = gathers;
  }

  /** Sums what goes on to {@code next}. */
  static OutputSum before(PacketOutput next) {
    return new OutputSum(next, next.gathers());
  }

  /** Sums what goes nowhere, as if it went to the output of {@code other}. */
  static OutputSum like(OutputSum other) {
    return new OutputSum(packet -> {}, other.gathers);
  }

  @Override
  public void emit(Packet packet) {
    add(packet);
    next.emit(packet);
  }

  @Override
  public boolean gathers() {
    return gathers;
  }

  /** Adds what became of the packet of the call. */
  void add(Disposition disposition, Packet packet) {
    add(disposition == Disposition.FORWARD ? 1 : 0);
    if (disposition == Disposition.FORWARD) {
      add(packet);
    }
  }

  private void add(Packet packet) {
    packets++;
    add(packet.leg() == Leg.INSIDE ? 1 : 0);
    add(packet.timeNanos());
    add(packet.gsoBytes());
    checksum.update(Frames.octets(packet));
    PayloadParts parts = packet.parts();
    for (int i = 0; parts != null && i < parts.count(); i++) {
      MemorySegment part = parts.memory(i).asSlice(parts.offset(i), parts.length(i));
      checksum.update(part.toArray(ValueLayout.JAVA_BYTE));
    }
  }

  private void add(long number) {
    checksum.update(numbers.clear().putLong(number).array());
  }

  /** Whether the same left as in the call of {@code other}. */
  boolean isSame(OutputSum other) {
    return packets == other.packets && checksum.getValue() == other.checksum.getValue();
  }

  @Override
  public String toString() {
    return packets + " packets, checksum=" + checksum.getValue();
  }
}
