package dev.midstream.wire.afpacket;

import dev.midstream.wire.packet.MemoryOwner;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Frames as they come out of a packet socket, each behind its virtio header. */
sealed interface FrameSource permits RingSource, MessageSource {

  /** Says that a wait ended because frames are there. */
  void onReadable();

  /**
   * Takes frames that are there, at most a batch; they stay until {@link #release}. Answers their
   * number, or -1 if they cannot be received.
   */
  int receive();

  /** Whether no frame is there and none came since this was asked last. */
  boolean pollIdle();

  MemorySegment memory(int index);

  /** Whom to retain to keep frame {@code index}; null if it cannot be kept. */
  default @Nullable MemoryOwner lend(int index) {
    return null;
  }

  long frameOffset(int index);

  int frameLength(int index);

  void release();

  /** Gives its memory back, if that is not the port's. */
  default void close() {}
}
