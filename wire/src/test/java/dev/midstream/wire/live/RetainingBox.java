package dev.midstream.wire.live;

import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.MemoryOwner;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;

/**
 * A box that keeps the payload of the last frames where it lies, and sees that it stays. To be
 * asked when it has ended.
 */
final class RetainingBox implements UntimedBox {
  /** No headers are longer. */
  private static final int HEADER_BYTES = 120;

  private record Retained(MemoryOwner owner, MemorySegment octets, MemorySegment before) {}

  private final ArrayDeque<Retained> retained = new ArrayDeque<>();
  private final int max;
  private int offered;
  private int refused;
  private int changed;
  private int maxRetained;

  /** Keeps {@code max} frames, those that came last; of fewer when no more are offered. */
  RetainingBox(int max) {
    this.max = max;
  }

  /** Frames that could be kept. */
  int offered() {
    return offered;
  }

  /** Long frames that could not. */
  int refused() {
    return refused;
  }

  /** Frames that were kept at once. */
  int maxRetained() {
    return maxRetained;
  }

  /** Frames that changed while they were kept. */
  int changed() {
    return changed;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    MemoryOwner owner = packet.owner();
    if (owner != null) {
      keep(packet, owner);
    } else if (packet.length() > 30_000) {
      refused++;
      releaseFirst();
    }
    return Disposition.FORWARD;
  }

  private void keep(Packet packet, MemoryOwner owner) {
    offered++;
    owner.retain();
    MemorySegment octets =
        packet.memory().asSlice(packet.offset() + HEADER_BYTES, packet.length() - HEADER_BYTES);
    byte[] before = octets.toArray(ValueLayout.JAVA_BYTE);
    retained.add(new Retained(owner, octets, MemorySegment.ofArray(before)));
    maxRetained = Math.max(maxRetained, retained.size());
    if (retained.size() > max) {
      releaseFirst();
    }
  }

  private void releaseFirst() {
    Retained first = retained.poll();
    if (first != null) {
      changed += first.octets().mismatch(first.before()) < 0 ? 0 : 1;
      first.owner().release();
    }
  }
}
