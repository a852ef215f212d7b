package dev.midstream.wire.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Linux;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** The pinned legs of a program of another build, whose values have another length. */
final class EarlierLegs {
  /*
   * Each build has the same number first, and the same two last; others may be between them:
   *
   *   other interface | ... | keeps local | promiscuous
   */
  private static final int LAST_BYTES = 2 * Integer.BYTES;

  private final Linux linux;
  private final BpfRequest request;

  EarlierLegs(Linux linux, BpfRequest request) {
    this.linux = linux;
    this.request = request;
  }

  /**
   * Copies what is pinned as {@code file} to the map {@code to}, unless that is a map of its own.
   */
  void copy(Path file, int to) {
    int pinned = request.open(file.toString());
    int bytes = request.valueBytesOf(pinned);
    boolean areLegs =
        request.isMapOf(pinned, BpfRequest.HASH, Integer.BYTES, bytes)
            && bytes != ProgramValues.LEG_BYTES
            && bytes > LAST_BYTES;
    if (areLegs) {
      copy(pinned, bytes, to);
    }
    int ignored = linux.close(pinned);
  }

  private void copy(int from, int bytes, int to) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment earlier = arena.allocate(bytes, Long.BYTES);
      for (MemorySegment index : MapKeys.read(request, arena, from, Integer.BYTES)) {
        if (request.find(from, index, earlier) >= 0) {
          int ignored = request.put(to, index, leg(arena, earlier));
        }
      }
    }
  }

  private static MemorySegment leg(Arena arena, MemorySegment earlier) {
    long last = earlier.byteSize() - LAST_BYTES;
    return arena.allocateFrom(
        JAVA_INT,
        earlier.get(JAVA_INT, 0),
        earlier.get(JAVA_INT, last),
        earlier.get(JAVA_INT, last + Integer.BYTES));
  }
}
