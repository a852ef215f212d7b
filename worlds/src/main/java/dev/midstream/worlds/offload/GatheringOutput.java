package dev.midstream.worlds.offload;

import dev.midstream.wire.packet.MemoryOwner;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.packet.PayloadParts;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * An output that takes payload by reference, as a port does, and checks that it stays unchanged
 * until {@link #settle}.
 */
final class GatheringOutput implements PacketOutput {
  private record Held(MemoryOwner owner, MemorySegment octets, MemorySegment before) {}

  private final Consumer<Packet> whole;
  private final List<Held> held = new ArrayList<>();
  private int gathered;

  /** Gives each packet, with its payload copied, to {@code whole}. */
  GatheringOutput(Consumer<Packet> whole) {
    this.whole = whole;
  }

  /** The number of packets with payload by reference. */
  int gathered() {
    return gathered;
  }

  @Override
  public boolean gathers() {
    return true;
  }

  @Override
  public void emit(Packet packet) {
    PayloadParts parts = packet.parts();
    if (parts == null) {
      whole.accept(packet);
      return;
    }
    gathered++;
    byte[] frame = new byte[packet.length() + parts.bytes()];
    MemorySegment memory = MemorySegment.ofArray(frame);
    MemorySegment.copy(packet.memory(), packet.offset(), memory, 0, packet.length());
    int at = packet.length();
    for (int i = 0; i < parts.count(); i++) {
      MemorySegment part = parts.memory(i).asSlice(parts.offset(i), parts.length(i));
      memory.asSlice(at).copyFrom(part);
      hold(parts.owner(i), part, memory.asSlice(at, parts.length(i)));
      at += parts.length(i);
    }
    whole.accept(
        new Packet()
            .at(memory, 0, frame.length)
            .from(packet.linkType(), packet.leg(), packet.interfaceId(), packet.timeNanos())
            .offload(packet.checksumState(), packet.gsoBytes()));
  }

  /** Releases the referenced payload. */
  void settle() {
    for (Held one : held) {
      if (one.octets().mismatch(one.before()) >= 0) {
        throw new AssertionError("payload changed before it left");
      }
      one.owner().release();
    }
    held.clear();
  }

  private void hold(MemoryOwner owner, MemorySegment octets, MemorySegment before) {
    owner.retain();
    held.add(new Held(owner, octets, before));
  }
}
