package dev.midstream.wire.nativecall;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Requests to the kernel about its programs and maps (bpf(2), linux/bpf.h). Every method returns
 * the result of the call: a descriptor, 0, or the negative {@link Errno}.
 */
public final class BpfRequest {
  /** A program for the packets of an interface (BPF_PROG_TYPE_SCHED_CLS). */
  public static final int TRAFFIC_PROGRAM = 3;

  /** The most programs that an interface takes (BPF_MPROG_MAX). */
  public static final int MAX_LINKS = 64;

  /** A program that says how much of a frame a socket receives (BPF_PROG_TYPE_SOCKET_FILTER). */
  public static final int SOCKET_PROGRAM = 1;

  /** A map of any keys (BPF_MAP_TYPE_HASH). */
  public static final int HASH = 1;

  private static final int ATTRIBUTES_BYTES = 128;
  private static final int NAME_BYTES = 16;
  private static final int PATH_BYTES = 4_096;
  private static final int MAP_INFO_BYTES = 20;

  private static final int MAP_CREATE = 0;
  private static final int MAP_LOOKUP = 1;
  private static final int MAP_UPDATE = 2;
  private static final int MAP_DELETE = 3;
  private static final int MAP_NEXT_KEY = 4;
  private static final int PROGRAM_LOAD = 5;
  private static final int PIN = 6;
  private static final int OPEN_PINNED = 7;
  private static final int PROGRAM_RUN = 10;
  private static final int DESCRIBE = 15;
  private static final int PROGRAM_QUERY = 16;
  private static final int MAP_TAKE = 21;
  private static final int LINK_CREATE = 28;
  private static final int LINK_UPDATE = 29;

  /** BPF_MAP_TYPE_LPM_TRIE, which the kernel makes with BPF_F_NO_PREALLOC only. */
  private static final int TRIE_OF_PREFIXES = 11;

  private static final int WITHOUT_ALLOCATION = 1;
  private static final long IF_PRESENT = 2;
  private static final int INGRESS = 46;
  private static final int LOG_RESULT_AND_STEPS = 1;

  private final Linux linux;
  private final MemorySegment attributes;
  private final MemorySegment license;
  private final MemorySegment path;
  private final MemorySegment info;
  private final MemorySegment programs;

  /** Requests of the thread that {@code linux} belongs to. */
  public BpfRequest(Linux linux) {
    this.linux = linux;
    attributes = linux.allocate(ATTRIBUTES_BYTES);
    license = linux.allocate(1);
    path = linux.allocate(PATH_BYTES);
    info = linux.allocate(MAP_INFO_BYTES);
    programs = linux.allocate(MAX_LINKS * Integer.BYTES);
  }

  /** Makes a map of {@code entries} entries (BPF_MAP_CREATE). */
  public int makeMap(String name, int type, int keyBytes, int valueBytes, int entries) {
    clear();
    attributes.set(JAVA_INT, 0, type);
    attributes.set(JAVA_INT, 4, keyBytes);
    attributes.set(JAVA_INT, 8, valueBytes);
    attributes.set(JAVA_INT, 12, entries);
    attributes.set(JAVA_INT, 16, type == TRIE_OF_PREFIXES ? WITHOUT_ALLOCATION : 0);
    setName(28, name);
    return linux.bpf(MAP_CREATE, attributes);
  }

  /**
   * Loads a program (BPF_PROG_LOAD).
   *
   * @param instructions in which each reference to a map is a descriptor
   * @param log where the verifier writes, as text that ends with zero; empty for nowhere
   */
  public int load(String name, int type, MemorySegment instructions, MemorySegment log) {
    clear();
    attributes.set(JAVA_INT, 0, type);
    attributes.set(JAVA_INT, 4, (int) (instructions.byteSize() / Long.BYTES));
    attributes.set(JAVA_LONG, 8, instructions.address());
    attributes.set(JAVA_LONG, 16, license.address());
    if (log.byteSize() > 0) {
      attributes.set(JAVA_INT, 24, LOG_RESULT_AND_STEPS);
      attributes.set(JAVA_INT, 28, (int) log.byteSize());
      attributes.set(JAVA_LONG, 32, log.address());
    }
    setName(48, name);
    return linux.bpf(PROGRAM_LOAD, attributes);
  }

  /** Copies the value of {@code key} to {@code value} (BPF_MAP_LOOKUP_ELEM). */
  public int find(int map, MemorySegment key, MemorySegment value) {
    return access(MAP_LOOKUP, map, key, value, 0);
  }

  /** Sets the value of {@code key}, whether it has one or not (BPF_MAP_UPDATE_ELEM). */
  public int put(int map, MemorySegment key, MemorySegment value) {
    return access(MAP_UPDATE, map, key, value, 0);
  }

  /** Sets the value of {@code key}, if it has one (BPF_MAP_UPDATE_ELEM with BPF_EXIST). */
  public int replace(int map, MemorySegment key, MemorySegment value) {
    return access(MAP_UPDATE, map, key, value, IF_PRESENT);
  }

  /** Removes {@code key} (BPF_MAP_DELETE_ELEM). */
  public int remove(int map, MemorySegment key) {
    return access(MAP_DELETE, map, key, MemorySegment.NULL, 0);
  }

  /**
   * Copies the value of {@code key} and removes it in one step (BPF_MAP_LOOKUP_AND_DELETE_ELEM,
   * Linux 5.14).
   */
  public int take(int map, MemorySegment key, MemorySegment value) {
    return access(MAP_TAKE, map, key, value, 0);
  }

  /**
   * Copies the key after {@code key} to {@code next} (BPF_MAP_GET_NEXT_KEY); the first one after a
   * key that is not in the map, or after {@link MemorySegment#NULL}.
   */
  public int next(int map, MemorySegment key, MemorySegment next) {
    return access(MAP_NEXT_KEY, map, key, next, 0);
  }

  /**
   * Runs a traffic program with one frame (BPF_PROG_TEST_RUN); nothing leaves. The frame as it is
   * afterwards is copied to {@code after}. {@link #verdict} and {@link #frameBytes} tell the rest.
   */
  public int run(int program, MemorySegment frame, MemorySegment after) {
    clear();
    attributes.set(JAVA_INT, 0, program);
    attributes.set(JAVA_INT, 8, (int) frame.byteSize());
    attributes.set(JAVA_INT, 12, (int) after.byteSize());
    attributes.set(JAVA_LONG, 16, frame.address());
    attributes.set(JAVA_LONG, 24, after.address());
    attributes.set(JAVA_INT, 32, 1);
    return linux.bpf(PROGRAM_RUN, attributes);
  }

  /** What the program returned in the last {@link #run}. */
  public int verdict() {
    return attributes.get(JAVA_INT, 4);
  }

  /** The length of the frame after the last {@link #run}. */
  public int frameBytes() {
    return attributes.get(JAVA_INT, 12);
  }

  /**
   * Attaches a traffic program to what an interface receives, until the returned descriptor is
   * closed (BPF_LINK_CREATE with BPF_TCX_INGRESS, Linux 6.6).
   */
  public int attach(int program, int interfaceIndex) {
    clear();
    attributes.set(JAVA_INT, 0, program);
    attributes.set(JAVA_INT, 4, interfaceIndex);
    attributes.set(JAVA_INT, 8, INGRESS);
    return linux.bpf(LINK_CREATE, attributes);
  }

  /** Replaces the program of a link that {@link #attach} made (BPF_LINK_UPDATE). */
  public int replaceProgram(int link, int program) {
    clear();
    attributes.set(JAVA_INT, 0, link);
    attributes.set(JAVA_INT, 4, program);
    return linux.bpf(LINK_UPDATE, attributes);
  }

  /**
   * Copies to {@code ids}, of {@link #MAX_LINKS} numbers, the ids of the links of all programs for
   * what an interface receives, in their order; 0 for a program without a link (BPF_PROG_QUERY with
   * BPF_TCX_INGRESS, Linux 6.6). Returns how many there are.
   */
  public int linksOf(int interfaceIndex, MemorySegment ids) {
    clear();
    attributes.set(JAVA_INT, 0, interfaceIndex);
    attributes.set(JAVA_INT, 4, INGRESS);
    attributes.set(JAVA_LONG, 16, programs.address());
    attributes.set(JAVA_INT, 24, MAX_LINKS);
    attributes.set(JAVA_LONG, 40, ids.address());
    int result = linux.bpf(PROGRAM_QUERY, attributes);
    return result < 0 ? result : attributes.get(JAVA_INT, 24);
  }

  /** The id of a link (BPF_OBJ_GET_INFO_BY_FD); 0 if it is none. */
  public int idOf(int link) {
    return describe(link) ? info.get(JAVA_INT, 4) : 0;
  }

  /**
   * The interface that a link of {@link #attach} is on (BPF_OBJ_GET_INFO_BY_FD), by its index in
   * its network name space; 0 if that is gone, or if it is no link.
   */
  public int interfaceOf(int link) {
    return describe(link) ? info.get(JAVA_INT, 16) : 0;
  }

  /** Keeps what {@code descriptor} means while the file exists (BPF_OBJ_PIN, bpf file system). */
  public int pin(int descriptor, String file) {
    clear();
    path.setString(0, file);
    attributes.set(JAVA_LONG, 0, path.address());
    attributes.set(JAVA_INT, 8, descriptor);
    return linux.bpf(PIN, attributes);
  }

  /** A descriptor of what was pinned as {@code file} (BPF_OBJ_GET). */
  public int open(String file) {
    clear();
    path.setString(0, file);
    attributes.set(JAVA_LONG, 0, path.address());
    return linux.bpf(OPEN_PINNED, attributes);
  }

  /** Whether {@code map} has this type, and these octets (BPF_OBJ_GET_INFO_BY_FD). */
  public boolean isMapOf(int map, int type, int keyBytes, int valueBytes) {
    return describe(map)
        && info.get(JAVA_INT, 0) == type
        && info.get(JAVA_INT, 8) == keyBytes
        && info.get(JAVA_INT, 12) == valueBytes;
  }

  /** The most entries of {@code map}; 0 if it is none. */
  public int entriesOf(int map) {
    return describe(map) ? info.get(JAVA_INT, 16) : 0;
  }

  /** The octets of a value of {@code map}; 0 if it is none. */
  public int valueBytesOf(int map) {
    return describe(map) ? info.get(JAVA_INT, 12) : 0;
  }

  private boolean describe(int map) {
    clear();
    attributes.set(JAVA_INT, 0, map);
    attributes.set(JAVA_INT, 4, MAP_INFO_BYTES);
    attributes.set(JAVA_LONG, 8, info.address());
    return linux.bpf(DESCRIBE, attributes) >= 0;
  }

  private int access(int command, int map, MemorySegment key, MemorySegment value, long flags) {
    clear();
    attributes.set(JAVA_INT, 0, map);
    attributes.set(JAVA_LONG, 8, key.address());
    attributes.set(JAVA_LONG, 16, value.address());
    attributes.set(JAVA_LONG, 24, flags);
    return linux.bpf(command, attributes);
  }

  private void setName(int at, String name) {
    byte[] octets = name.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < Math.min(octets.length, NAME_BYTES - 1); i++) {
      attributes.set(JAVA_BYTE, at + i, octets[i]);
    }
  }

  private void clear() {
    attributes.fill((byte) 0);
  }
}
