package dev.midstream.testkit.sim.tcp;

import dev.midstream.testkit.segment.OptionsWriter;
import dev.midstream.testkit.segment.SegmentWriter;
import dev.midstream.testkit.sim.link.Frame;
import dev.midstream.testkit.sim.link.FramePool;
import java.lang.foreign.MemorySegment;

/** Builds the frames of one endpoint in pooled memory. */
final class SegmentComposer {
  private final SegmentWriter writer;
  private final FramePool pool;

  SegmentComposer(SegmentWriter writer, FramePool pool) {
    this.writer = writer;
    this.pool = pool;
  }

  /** Sets the two ECN bits of the next frame. */
  void ecn(int bits) {
    writer.ecn(bits);
  }

  /** Sets the urgent pointer of the next frame. */
  void urgentPointer(int pointer) {
    writer.urgentPointer(pointer);
  }

  /**
   * A frame with these fields, options and {@code length} payload octets at {@code offset} of
   * {@code payload}.
   */
  Frame compose(
      int flags,
      int sequence,
      int acknowledgement,
      int window,
      OptionsWriter options,
      MemorySegment payload,
      long offset,
      int length) {
    Frame frame = pool.acquire(writer.frameLength(options, length));
    writer.write(
        frame.memory(), flags, sequence, acknowledgement, window, options, payload, offset, length);
    return frame;
  }
}
