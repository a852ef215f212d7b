package dev.midstream.wire.port;

import java.lang.foreign.MemorySegment;

/** Takes the frames that an interface did not send because they are too long. */
@FunctionalInterface
public interface TooLongFrames {

  /**
   * Takes one frame; its memory is valid during the call.
   *
   * @param length octets of the frame at {@code offset}, without those that were appended
   */
  void take(MemorySegment memory, long offset, int length);
}
