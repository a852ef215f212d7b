package dev.midstream.wire.live;

import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.MemoryOwner;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;

/**
 * A box that retains the payload of the last frames in place and verifies that it does not change.
 * Its counts may be read after it has ended.
 */
final class RetainingBox implements UntimedBox {
  /** Longer than any headers. */
  private static final int HEADER_BYTES = 120;

  private record Retained(MemoryOwner owner, MemorySegment octets, MemorySegment before) {}

  private final ArrayDeque<Retained> retained = new ArrayDeque<>();
  private final int max;
  private int offered;
  private int refused;
  private int changed;
  private int maxRetained;

  /** Retains the last {@code max} frames; fewer if no more are offered. */
  RetainingBox(int max) {
    this.max = max;
  }

  /** Frames that could be retained. */
  int offered() {
    return offered;
  }

  /** Long frames that could not be retained. */
  int refused() {
    return refused;
  }

  /** The largest number of frames retained at once. */
  int maxRetained() {
    return maxRetained;
  }

  /** Frames that changed while they were retained. */
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
