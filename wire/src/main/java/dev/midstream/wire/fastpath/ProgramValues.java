package dev.midstream.wire.fastpath;

import static dev.midstream.wire.fastpath.KernelMaps.require;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.midstream.wire.nativecall.BpfRequest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collection;

/**
 * What a process tells the kernel's program beside entries, and what that counts. Belongs to the
 * thread of the program.
 */
final class ProgramValues {
  static final String OWNERS = "owners";
  static final String LEGS = "legs";
  static final int LEG_BYTES = 12;
  private static final String COUNTS = "counts";
  private static final String WAYS = "ways";
  private static final String NAMED_PORTS = "named_ports";
  private static final String NAMED_BLOCKS = "named_blocks";
  private static final int BLOCK_BYTES = 20;
  private static final int LEG_PROMISCUOUS = 8;

  private final BpfRequest request;
  private final KernelMaps maps;

  /** Values in {@code maps}, which are there when a method is called. */
  ProgramValues(BpfRequest request, KernelMaps maps) {
    this.request = request;
    this.maps = maps;
  }

  /**
   * Sets what happens to frames that are not for the kernel, of the interface with {@code index}.
   *
   * @param other the interface that they leave by while the process is silent
   * @param keepsLocal whether those for the other end of a link only do not leave
   * @param isPromiscuous what {@link #isPromiscuous} tells
   */
  void setLeg(int index, int other, boolean keepsLocal, boolean isPromiscuous)
      throws FastPathException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment leg =
          arena.allocateFrom(JAVA_INT, other, keepsLocal ? 1 : 0, isPromiscuous ? 1 : 0);
      require("set a leg", request.put(maps.get(LEGS), arena.allocateFrom(JAVA_INT, index), leg));
    }
  }

  /** Removes a leg, if it is there: frames stay where they come. */
  void removeLeg(int index) {
    try (Arena arena = Arena.ofConfined()) {
      int ignored = request.remove(maps.get(LEGS), arena.allocateFrom(JAVA_INT, index));
    }
  }

  /** Removes all legs but those of the interfaces with these indexes: the others are gone. */
  void removeOtherLegs(Collection<Integer> indexes) {
    int map = maps.get(LEGS);
    try (Arena arena = Arena.ofConfined()) {
      for (MemorySegment each : MapKeys.read(request, arena, map, Integer.BYTES)) {
        if (!indexes.contains(each.get(JAVA_INT, 0))) {
          int ignored = request.remove(map, each);
        }
      }
    }
  }

  /** Whether a node has made the interface with {@code index} promiscuous; false if unknown. */
  boolean isPromiscuous(int index) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment leg = arena.allocate(LEG_BYTES);
      return request.find(maps.get(LEGS), arena.allocateFrom(JAVA_INT, index), leg) >= 0
          && leg.get(JAVA_INT, LEG_PROMISCUOUS) != 0;
    }
  }

  /** Sets, once, which ports and addresses keep segments from going early. */
  void setNamed(EarlyPass pass) throws FastPathException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment index = arena.allocate(JAVA_INT);
      MemorySegment word = arena.allocate(JAVA_LONG);
      long[] words = pass.portWords();
      for (int i = 0; i < words.length; i++) {
        index.set(JAVA_INT, 0, i);
        word.set(JAVA_LONG, 0, words[i]);
        require("name ports", request.put(maps.get(NAMED_PORTS), index, word));
      }
      MemorySegment key = arena.allocate(BLOCK_BYTES, Long.BYTES);
      for (EarlyPass.Block each : pass.blocks()) {
        key.set(JAVA_INT, 0, each.bits());
        MemorySegment.copy(each.address(), 0, key, JAVA_BYTE, 4, each.address().length);
        require("name addresses", request.put(maps.get(NAMED_BLOCKS), key, index));
      }
    }
  }

  /** Lets frames of the interface with {@code index} leave early by {@code other}. */
  void setWay(int index, int other, boolean hasTcp) throws FastPathException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment way = arena.allocateFrom(JAVA_INT, other, hasTcp ? 1 : 0);
      require("set a way", request.put(maps.get(WAYS), arena.allocateFrom(JAVA_INT, index), way));
    }
  }

  /** Lets no frame of that interface leave early. */
  void removeWay(int index) {
    try (Arena arena = Arena.ofConfined()) {
      int ignored = request.remove(maps.get(WAYS), arena.allocateFrom(JAVA_INT, index));
    }
  }

  /**
   * Notes that the process lives.
   *
   * @param nanos now, as System.nanoTime() tells it
   * @param limitNanos after so long the kernel forwards all frames; 0 for never
   */
  void stamp(long nanos, long limitNanos) throws FastPathException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment owner = arena.allocateFrom(JAVA_LONG, nanos, limitNanos);
      require("stamp", request.put(maps.get(OWNERS), arena.allocateFrom(JAVA_INT, 0), owner));
    }
  }

  /** What the program did since its maps were made. */
  FastPathCounts counts() throws FastPathException {
    int processors = PossibleProcessors.count();
    long[] totals = new long[FastPathCounts.LENGTH];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment each = arena.allocate(JAVA_LONG, processors);
      for (int i = 0; i < totals.length; i++) {
        MemorySegment index = arena.allocateFrom(JAVA_INT, i);
        require("read counts", request.find(maps.get(COUNTS), index, each));
        for (int j = 0; j < processors; j++) {
          totals[i] += each.getAtIndex(JAVA_LONG, j);
        }
      }
    }
    return new FastPathCounts(totals);
  }
}
