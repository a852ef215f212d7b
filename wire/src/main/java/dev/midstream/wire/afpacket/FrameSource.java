package dev.midstream.wire.afpacket;

import dev.midstream.wire.packet.MemoryOwner;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The frames received on a packet socket, each preceded by its virtio header. */
sealed interface FrameSource permits RingSource, MessageSource {

  /** Called when a wait ended because frames are available. */
  void onReadable();

  /**
   * Receives available frames, at most one batch. They stay valid until {@link #release}.
   *
   * @return the number of frames, or -1 if receiving failed
   */
  int receive();

  /**
   * Returns whether no frame is available and none arrived since the previous call, and starts a
   * new period.
   */
  boolean pollIdle();

  MemorySegment memory(int index);

  /**
   * Returns the owner to retain to keep frame {@code index}; null if the frame cannot be kept in
   * place.
   */
  default @Nullable MemoryOwner lend(int index) {
    return null;
  }

  long frameOffset(int index);

  int frameLength(int index);

  void release();

  /** Frees memory that does not belong to the port's arena. */
  default void close() {}
}
