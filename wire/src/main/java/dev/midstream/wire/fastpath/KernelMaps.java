package dev.midstream.wire.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.midstream.wire.fastpath.KernelObject.MapDefinition;
import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.Linux;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The maps of the kernel's program. If they are pinned they outlive the process. */
final class KernelMaps implements AutoCloseable {
  /** BPF_MAP_TYPE_PERCPU_ARRAY; its values have a multiple of eight octets. */
  private static final int ARRAY_OF_EACH_PROCESSOR = 6;

  private static final int ARRAY = 2;
  private static final int NOTHING = -1;
  private static final String NEXT = "-next";
  private static final MapDefinition LAYOUT =
      new MapDefinition("layout", ARRAY, Integer.BYTES, Integer.BYTES, 1);

  private final Linux linux;
  private final BpfRequest request;
  private final @Nullable Path pins;
  private final Map<String, Integer> maps = new HashMap<>();

  /** Maps that are to be pinned, with the pinned ones that they are a copy of. */
  private final Map<MapDefinition, Integer> unpinned = new LinkedHashMap<>();

  /** {@code pins} is a directory of the bpf file system, or null: then nothing is pinned. */
  KernelMaps(Linux linux, @Nullable Path pins) {
    this.linux = linux;
    this.pins = pins;
    request = new BpfRequest(linux);
  }

  /**
   * The version of the layouts in pinned maps, which {@link #pin} set; 0 if there are none, or of a
   * program that set none.
   */
  int layout() throws FastPathException {
    if (pins == null) {
      return 0;
    }
    if (!maps.containsKey(LAYOUT.name())) {
      add(LAYOUT);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment found = arena.allocate(JAVA_INT);
      int map = get(LAYOUT.name());
      require("read the layout of maps", request.find(map, arena.allocateFrom(JAVA_INT, 0), found));
      return found.get(JAVA_INT, 0);
    }
  }

  private void setLayout(int version) throws FastPathException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocateFrom(JAVA_INT, version);
      int map = get(LAYOUT.name());
      require("set the layout of maps", request.put(map, arena.allocateFrom(JAVA_INT, 0), value));
    }
  }

  /** Makes a map; {@link #pin} loses one that is pinned already. Returns whether there is one. */
  boolean replace(MapDefinition definition) throws FastPathException {
    maps.put(definition.name(), make(definition));
    if (pins != null) {
      unpinned.put(definition, NOTHING);
    }
    return pins != null && Files.exists(pins.resolve(definition.name()));
  }

  /**
   * Opens the pinned map of {@code definition}, or makes it. What is in a pinned one of another
   * size goes to the new one with {@link #pin}, as far as there is room; what is in one of another
   * kind is lost then.
   */
  void add(MapDefinition definition) throws FastPathException {
    Path file = pins == null ? null : pins.resolve(definition.name());
    int pinned = file == null ? NOTHING : request.open(file.toString());
    if (pinned >= 0 && isOf(pinned, definition)) {
      maps.put(definition.name(), pinned);
      return;
    }
    try {
      maps.put(definition.name(), make(definition));
      if (pins != null) {
        boolean isToCopy = pinned >= 0 && isLike(pinned, definition);
        unpinned.put(definition, isToCopy ? pinned : NOTHING);
      }
    } finally {
      if (pinned >= 0 && !unpinned.containsValue(pinned)) {
        int ignored = linux.close(pinned);
      }
    }
  }

  /** Whether all maps are pinned that should be. */
  boolean arePinned() {
    return unpinned.isEmpty();
  }

  /**
   * Pins the maps that were made, in place of those that are pinned, whose content they get. To be
   * called as late as possible: a program that was left there uses those still.
   *
   * @param version what {@link #layout} tells the next process
   */
  void pin(int version) throws FastPathException {
    if (pins == null || arePinned()) {
      return;
    }
    if (layout() != version) {
      setLayout(0); // if it ends in between, no version reads half of the maps
    }
    for (Map.Entry<MapDefinition, Integer> each : unpinned.entrySet()) {
      MapDefinition definition = each.getKey();
      int map = get(definition.name());
      if (each.getValue() >= 0) {
        copy(each.getValue(), map, definition);
      }
      pin(map, pins.resolve(definition.name()));
    }
    setLayout(version);
    forgetUnpinned();
  }

  /** One that is pinned there stays until the other one takes its place. */
  private void pin(int map, Path file) throws FastPathException {
    Path next = file.resolveSibling(file.getFileName() + NEXT);
    delete(next); // of a process that died here
    require("pin a map of the kernel in " + pins, request.pin(map, next.toString()));
    try {
      Path ignored = Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new FastPathException("cannot pin a map of the kernel in " + pins + ": " + e);
    }
  }

  private void forgetUnpinned() {
    unpinned.values().stream().filter(each -> each >= 0).forEach(linux::close);
    unpinned.clear();
  }

  /** Makes a map that ends with the process, also where others are pinned. */
  void addUnpinned(MapDefinition definition) throws FastPathException {
    maps.put(definition.name(), make(definition));
  }

  /** The most entries of the pinned map {@code name}; 0 if there is none. */
  int pinnedEntries(String name) {
    int pinned = pins == null ? -Errno.ENOENT : request.open(pins.resolve(name).toString());
    if (pinned < 0) {
      return 0;
    }
    int entries = request.entriesOf(pinned);
    int ignored = linux.close(pinned);
    return entries;
  }

  private boolean isOf(int map, MapDefinition definition) {
    return isLike(map, definition) && request.entriesOf(map) == definition.entries();
  }

  private boolean isLike(int map, MapDefinition definition) {
    return request.isMapOf(map, definition.type(), definition.keyBytes(), definition.valueBytes());
  }

  private void copy(int from, int to, MapDefinition definition) throws FastPathException {
    boolean isOfEach = definition.type() == ARRAY_OF_EACH_PROCESSOR;
    int values = isOfEach ? PossibleProcessors.count() : 1;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate((long) values * definition.valueBytes(), Long.BYTES);
      for (MemorySegment key : MapKeys.read(request, arena, from, definition.keyBytes())) {
        if (request.find(from, key, value) >= 0) {
          int ignored = request.put(to, key, value);
        }
      }
    }
  }

  private int make(MapDefinition map) throws FastPathException {
    int made =
        request.makeMap(map.name(), map.type(), map.keyBytes(), map.valueBytes(), map.entries());
    require("make a map of the kernel", made);
    return made;
  }

  /** Throws if no entry can be read and removed in one step: nothing could be learned from it. */
  void requireTake(String name, int keyBytes, int valueBytes) throws FastPathException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(keyBytes, Long.BYTES);
      MemorySegment value = arena.allocate(valueBytes, Long.BYTES);
      int taken = request.take(get(name), key, value);
      if (taken < 0 && taken != -Errno.ENOENT) {
        throw new FastPathException("the kernel cannot read and remove an entry (Linux 5.14 can)");
      }
    }
  }

  /** The descriptor of a map that was added. */
  int get(String name) {
    Integer descriptor = maps.get(name);
    if (descriptor == null) {
      throw new IllegalStateException("no such map: name=" + name);
    }
    return descriptor;
  }

  /** Removes all pins, those of other builds and of links too: the maps end with the program. */
  void unpin() throws FastPathException {
    if (pins == null) {
      return;
    }
    for (String name : maps.keySet()) {
      delete(pins.resolve(name));
    }
    try (DirectoryStream<Path> others = Files.newDirectoryStream(pins, KernelMaps::isPin)) {
      for (Path each : others) { // it needs a descriptor
        delete(each);
      }
    } catch (IOException e) {
      throw new FastPathException("cannot look for pins in " + pins + ": " + e.getMessage());
    }
  }

  /** The file system has files of its own in its root: no name of a pin has a dot. */
  private static boolean isPin(Path file) {
    return Files.isRegularFile(file) && !file.getFileName().toString().contains(".");
  }

  /** Removes a pin, if it is there. */
  static void delete(Path file) throws FastPathException {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new FastPathException("cannot remove " + file + ": " + e.getMessage());
    }
  }

  /** Throws if {@code result} is an error. */
  static void require(String what, int result) throws FastPathException {
    if (result == -Errno.EPERM) {
      throw new FastPathException(
          "cannot " + what + ": the capabilities CAP_BPF and CAP_NET_ADMIN are missing");
    }
    if (result < 0) {
      throw new FastPathException("cannot " + what + ": error=" + Errno.text(-result));
    }
  }

  @Override
  public void close() {
    forgetUnpinned();
    maps.values().forEach(linux::close);
    maps.clear();
  }
}
