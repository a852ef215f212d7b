package dev.midstream.wire.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.midstream.wire.fastpath.KernelObject.MapDefinition;
import dev.midstream.wire.fastpath.KernelObject.MapReference;
import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.Linux;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The kernel's program of the fast path with its maps, loaded until it is closed. Belongs to one
 * thread. It needs the capabilities CAP_BPF and CAP_NET_ADMIN.
 */
public final class FastPathProgram implements AutoCloseable {
  private static final String OBJECT = "fastpath.o";
  private static final String SECTION = "tc";
  private static final String NAME = "midstream";
  private static final String FLOWS = "flows";
  private static final String LEGS = "legs";
  private static final String OWNERS = "owners";
  private static final int LOG_BYTES = 1 << 20;
  private static final int MAX_LOG_LETTERS = 2_000;

  /** BPF_PSEUDO_MAP_FD in the upper half of the register octet of an instruction. */
  private static final int MAP_DESCRIPTOR = 0x10;

  private final Linux linux;
  private final BpfRequest request;
  private final Map<String, Integer> maps = new HashMap<>();
  private final List<Integer> links = new ArrayList<>();
  private int program = -1;

  private FastPathProgram(Linux linux) {
    this.linux = linux;
    request = new BpfRequest(linux);
  }

  /**
   * Loads the program.
   *
   * @param entries the most directions of connections in the table, from 2 on
   */
  public static FastPathProgram load(Linux linux, int entries) throws FastPathException {
    FastPathProgram loaded = new FastPathProgram(linux);
    try {
      loaded.load(KernelObject.read(object()), entries);
      return loaded;
    } catch (FastPathException e) {
      loaded.close();
      throw e;
    }
  }

  private static byte[] object() {
    try (InputStream in = FastPathProgram.class.getResourceAsStream(OBJECT)) {
      if (in == null) {
        throw new IllegalStateException("not in the program's files: name=" + OBJECT);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void load(KernelObject object, int entries) throws FastPathException {
    for (MapDefinition each : object.maps()) {
      makeMap(each.name().equals(FLOWS) ? each.withEntries(entries) : each);
    }
    byte[] octets = object.program(SECTION);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment instructions = arena.allocate(octets.length, Long.BYTES);
      MemorySegment.copy(octets, 0, instructions, JAVA_BYTE, 0, octets.length);
      for (MapReference each : object.references(SECTION)) {
        int registers = instructions.get(JAVA_BYTE, each.octet() + 1) | MAP_DESCRIPTOR;
        instructions.set(JAVA_BYTE, each.octet() + 1, (byte) registers);
        instructions.set(JAVA_INT, each.octet() + 4, map(each.name()));
      }
      load(arena, instructions);
    }
  }

  private void load(Arena arena, MemorySegment instructions) throws FastPathException {
    int type = BpfRequest.TRAFFIC_PROGRAM;
    program = request.load(NAME, type, instructions, MemorySegment.NULL);
    if (program == -Errno.EACCES || program == -Errno.EINVAL) {
      MemorySegment log = arena.allocate(LOG_BYTES);
      program = request.load(NAME, type, instructions, log);
      if (program < 0) {
        String text = log.getString(0);
        String end = text.substring(Math.max(0, text.length() - MAX_LOG_LETTERS));
        throw new FastPathException("the kernel refuses its program of the fast path: " + end);
      }
    }
    require("load a program for the kernel", program);
  }

  private void makeMap(MapDefinition map) throws FastPathException {
    int descriptor =
        request.makeMap(map.name(), map.type(), map.keyBytes(), map.valueBytes(), map.entries());
    require("make a map of the kernel", descriptor);
    maps.put(map.name(), descriptor);
  }

  private int map(String name) {
    Integer descriptor = maps.get(name);
    if (descriptor == null) {
      throw new IllegalStateException("no such map: name=" + name);
    }
    return descriptor;
  }

  private static void require(String what, int result) throws FastPathException {
    if (result == -Errno.EPERM) {
      throw new FastPathException(
          "cannot " + what + ": the capabilities CAP_BPF and CAP_NET_ADMIN are missing");
    }
    if (result < 0) {
      throw new FastPathException("cannot " + what + ": error=" + Errno.text(-result));
    }
  }

  /** The descriptor of the program. */
  int descriptor() {
    return program;
  }

  /** Begins to process what the interface with {@code index} receives, until it is closed. */
  public void attach(int index) throws FastPathException {
    int link = request.attach(program, index);
    require("attach a program to an interface", link);
    links.add(link);
  }

  /**
   * Sets what happens to frames that are not for the kernel, of the interface with {@code index}.
   *
   * @param other the interface that they leave by while the process is silent
   * @param upward the interface at which the process receives them; 0 for the one itself
   */
  public void setLeg(int index, int other, int upward) throws FastPathException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment leg = arena.allocateFrom(JAVA_INT, other, upward);
      require("set a leg", request.put(map(LEGS), arena.allocateFrom(JAVA_INT, index), leg));
    }
  }

  /**
   * Notes that the process lives.
   *
   * @param nanos now, as System.nanoTime() tells it
   * @param limitNanos after so long the kernel forwards all frames; 0 for never
   */
  public void stamp(long nanos, long limitNanos) throws FastPathException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment owner = arena.allocateFrom(JAVA_LONG, nanos, limitNanos);
      require("stamp", request.put(map(OWNERS), arena.allocateFrom(JAVA_INT, 0), owner));
    }
  }

  /** The table of connections. */
  public FlowTable flows() {
    return new FlowTable(linux, map(FLOWS));
  }

  @Override
  public void close() {
    links.forEach(linux::close);
    links.clear();
    maps.values().forEach(linux::close);
    maps.clear();
    if (program >= 0) {
      int ignored = linux.close(program);
      program = -1;
    }
  }
}
