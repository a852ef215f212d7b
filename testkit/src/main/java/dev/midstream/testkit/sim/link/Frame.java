package dev.midstream.testkit.sim.link;

import dev.midstream.testkit.sim.time.Event;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * An Ethernet frame in flight. Its holder owns it and passes it on to a {@link FrameSink} or back
 * to its {@link FramePool}. The frame is itself the event of its arrival.
 */
public final class Frame implements Event {
  private static final int ORDINARY_BYTES = 1_600;

  private MemorySegment memory = MemorySegment.ofArray(new byte[ORDINARY_BYTES]);
  private int length;
  private @Nullable FrameSink sink;

  Frame() {}

  /** Sets the length and makes room for it; the content is lost. */
  public Frame ofLength(int length) {
    if (length > memory.byteSize()) {
      memory = MemorySegment.ofArray(new byte[length]);
    }
    this.length = length;
    return this;
  }

  /** The memory of the frame, from offset 0. */
  public MemorySegment memory() {
    return memory;
  }

  public int length() {
    return length;
  }

  /** Points {@code packet} at this frame, with the origin {@code leg}. */
  public Packet describe(Packet packet, Leg leg, long timeNanos) {
    return packet.at(memory, 0, length).from(LinkType.ETHERNET, leg, 0, timeNanos);
  }

  /** Sets the sink for the arrival. */
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
