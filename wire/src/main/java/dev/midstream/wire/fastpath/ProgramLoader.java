package dev.midstream.wire.fastpath;

import static dev.midstream.wire.fastpath.KernelMaps.require;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.midstream.wire.fastpath.KernelObject.MapReference;
import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Loads sections of an object into the kernel, with the maps that they refer to. */
final class ProgramLoader {
  /** The name of all programs in the kernel. */
  static final String NAME = "midstream";

  private static final int LOG_BYTES = 1 << 20;
  private static final int MAX_LOG_LETTERS = 2_000;

  /** BPF_PSEUDO_MAP_FD in the upper half of the register octet of an instruction. */
  private static final int MAP_DESCRIPTOR = 0x10;

  private final BpfRequest request;
  private final KernelMaps maps;

  /** A loader of programs that use {@code maps}, which are there when one is loaded. */
  ProgramLoader(BpfRequest request, KernelMaps maps) {
    this.request = request;
    this.maps = maps;
  }

  /** Loads {@code before} and the section behind it; returns the descriptor. */
  int load(KernelObject object, String section, long[] before, int type) throws FastPathException {
    byte[] octets = object.program(section);
    int start = before.length * Long.BYTES;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment instructions = arena.allocate(start + octets.length, Long.BYTES);
      MemorySegment.copy(before, 0, instructions, JAVA_LONG, 0, before.length);
      MemorySegment.copy(octets, 0, instructions, JAVA_BYTE, start, octets.length);
      for (MapReference each : object.references(section)) {
        int at = start + each.octet();
        int registers = instructions.get(JAVA_BYTE, at + 1) | MAP_DESCRIPTOR;
        instructions.set(JAVA_BYTE, at + 1, (byte) registers);
        instructions.set(JAVA_INT, at + 4, maps.get(each.name()));
      }
      return load(arena, instructions, type);
    }
  }

  private int load(Arena arena, MemorySegment instructions, int type) throws FastPathException {
    int loaded = request.load(NAME, type, instructions, MemorySegment.NULL);
    if (loaded == -Errno.EACCES || loaded == -Errno.EINVAL) {
      MemorySegment log = arena.allocate(LOG_BYTES);
      loaded = request.load(NAME, type, instructions, log);
      if (loaded < 0) {
        String text = log.getString(0);
        String end = text.substring(Math.max(0, text.length() - MAX_LOG_LETTERS));
        throw new FastPathException("the kernel refuses its program of the fast path: " + end);
      }
    }
    require("load a program for the kernel", loaded);
    return loaded;
  }
}
