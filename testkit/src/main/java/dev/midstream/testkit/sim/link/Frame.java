package dev.midstream.testkit.sim.link;

import dev.midstream.testkit.sim.event.Event;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * An Ethernet frame on its way through a simulated network. Whoever holds it owns it, and passes it
 * on to a {@link FrameSink} or back to its {@link FramePool}. Its own arrival is what happens in
 * the event queue.
 */
public final class Frame implements Event {
  private static final int ORDINARY_BYTES = 1_600;

  private MemorySegment memory = MemorySegment.ofArray(new byte[ORDINARY_BYTES]);
  private int length;
  private @Nullable FrameSink sink;

  Frame() {}

  /** Makes room for {@code length} octets, which is its length from now on; the content is lost. */
  public Frame ofLength(int length) {
    if (length > memory.byteSize()) {
      memory = MemorySegment.ofArray(new byte[length]);
    }
    this.length = length;
    return this;
  }

  /** The memory it lies in, from offset 0. */
  public MemorySegment memory() {
    return memory;
  }

  public int length() {
    return length;
  }

  /** Points {@code packet} at this frame, come from {@code leg}. */
  public Packet describe(Packet packet, Leg leg, long timeNanos) {
    return packet.at(memory, 0, length).from(LinkType.ETHERNET, leg, 0, timeNanos);
  }

  /** Names who takes it when it arrives. */
  void setSink(FrameSink sink) {
    this.sink = sink;
  }

  @Override
  public void happen(long nowNanos) {
    FrameSink receiver = sink;
    if (receiver == null) {
      throw new IllegalStateException("frame is bound for nowhere");
    }
    sink = null;
    receiver.accept(this, nowNanos);
  }
}
