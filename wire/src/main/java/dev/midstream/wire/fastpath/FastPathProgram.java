package dev.midstream.wire.fastpath;

import static dev.midstream.wire.fastpath.KernelMaps.require;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.fastpath.KernelObject.MapDefinition;
import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.TrafficFilter;
import dev.midstream.wire.packet.Leg;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's program of the fast path with its maps. Belongs to one thread. It needs the
 * capabilities CAP_BPF and CAP_NET_ADMIN.
 *
 * <p>Loaded without pins it ends with the process. With pins it forwards on after the death of the
 * process, and the next one that loads it with the same pins finds its table and replaces the
 * program while packets pass.
 */
public final class FastPathProgram implements AutoCloseable {
  private static final String SECTION = "tc";
  private static final String SOCKET_SECTION = "socket";
  private static final String FILTER_SECTION = "filter";
  private static final String FLOWS = "flows";
  private static final String GUARDS = "guards";
  private static final String LIVING = "living";

  private final Linux linux;
  private final BpfRequest request;
  private final TrafficFilter filters;
  private final @Nullable Path pins;
  private final KernelMaps maps;
  private final ProgramValues values;
  private final ProgramLoader loader;
  private final Map<Integer, Integer> links = new HashMap<>();
  private final Set<Integer> filtered = new LinkedHashSet<>();
  private final List<Integer> socketPrograms = new ArrayList<>();
  private int program = -1;
  private int filter = -1;
  private boolean foundPins;
  private boolean tookOver;
  private boolean forgot;

  private FastPathProgram(Linux linux, @Nullable Path pins) {
    this.linux = linux;
    this.pins = pins;
    request = new BpfRequest(linux);
    filters = new TrafficFilter(linux);
    maps = new KernelMaps(linux, pins);
    values = new ProgramValues(request, maps);
    loader = new ProgramLoader(request, maps);
  }

  /**
   * Loads the program.
   *
   * @param entries the most directions of connections in the table, from 2 on; more, if a pinned
   *     one has more
   * @param pins an existing directory of the bpf file system that no other process uses; null for
   *     no pins
   */
  public static FastPathProgram load(Linux linux, int entries, @Nullable Path pins)
      throws FastPathException {
    return load(linux, KernelObject.own(), entries, pins);
  }

  /** Loads the program of {@code object}. */
  static FastPathProgram load(Linux linux, KernelObject object, int entries, @Nullable Path pins)
      throws FastPathException {
    FastPathProgram loaded = new FastPathProgram(linux, pins);
    try {
      loaded.load(object, entries);
      return loaded;
    } catch (FastPathException e) {
      loaded.leave();
      throw e;
    }
  }

  private void load(KernelObject object, int entries) throws FastPathException {
    int pinned = Math.max(maps.pinnedEntries(FLOWS), maps.pinnedEntries(GUARDS));
    foundPins = pinned > 0;
    boolean isReadable = maps.layout() == FlowEntry.LAYOUT;
    int room = isReadable ? Math.max(entries, pinned) : entries; // what is there must find room
    for (MapDefinition each : object.maps()) {
      switch (each.name()) {
        case FLOWS -> addEntries(each.withEntries(room), isReadable);
        case GUARDS -> addEntries(each.withEntries(pins == null ? 2 : room), isReadable);
        case LIVING, "ways", "named_ports", "named_blocks" -> maps.addUnpinned(each);
        case ProgramValues.LEGS -> addLegs(each);
        default -> maps.add(each);
      }
    }
    maps.requireTake(FLOWS, FlowKey.BYTES, FlowEntry.BYTES);
    program = loader.load(object, SECTION, new long[0], BpfRequest.TRAFFIC_PROGRAM);
  }

  private void addLegs(MapDefinition map) throws FastPathException {
    maps.add(map);
    if (pins != null) {
      new EarlierLegs(linux, request).copy(pins.resolve(map.name()), maps.get(map.name()));
    }
  }

  private void addEntries(MapDefinition map, boolean isReadable) throws FastPathException {
    if (isReadable) {
      maps.add(map);
    } else {
      forgot |= maps.replace(map);
    }
  }

  /**
   * Loads the program for a packet socket on one of the interfaces: it accepts what {@code share}
   * accepts, but no frame that this program forwards.
   *
   * @param share null for all frames
   * @return its descriptor, which is open as long as this program
   */
  public int slowFrames(@Nullable FilterProgram share) throws FastPathException {
    return slowFrames(share, BpfRequest.SOCKET_PROGRAM);
  }

  /** The same as a program of another type, which a test can run. */
  int slowFrames(@Nullable FilterProgram share, int type) throws FastPathException {
    long[] before = share == null ? new long[0] : FilterTranslation.of(share);
    int loaded = loader.load(KernelObject.own(), SOCKET_SECTION, before, type);
    socketPrograms.add(loaded);
    return loaded;
  }

  /** The descriptor of the program. */
  int descriptor() {
    return program;
  }

  /**
   * Begins to process what the interface with {@code index} receives: with a link of tcx (Linux
   * 6.6), or with a filter of clsact where the kernel has no such links, which ends with the
   * process in any case. In place of the program of a dead process with the same pins, if there is
   * one.
   */
  public void attach(int index) throws FastPathException {
    if (!attachLasting(index)) {
      attachFilter(index);
    }
  }

  /** The same with a link of tcx; returns false if the kernel has none. */
  boolean attachLasting(int index) throws FastPathException {
    if (pins == null) {
      return attachLink(index);
    }
    pin();
    Path file = LinkPins.file(pins, index);
    int pinned = request.open(file.toString());
    boolean isOn = pinned >= 0 && LinkPins.isOn(request, pinned, index);
    if (isOn && request.replaceProgram(pinned, program) >= 0) {
      links.put(index, pinned);
      tookOver = true;
      return true;
    }
    if (pinned >= 0) {
      int ignored = linux.close(pinned);
      KernelMaps.delete(file); // of an interface that disappeared, or went elsewhere
    }
    boolean isAttached = attachLink(index);
    if (isAttached) {
      int result = request.pin(links.getOrDefault(index, -1), file.toString());
      if (result < 0) { // the interface would take no other link
        int ignored = linux.close(links.getOrDefault(index, -1));
        links.remove(index);
      }
      require("pin a link of the kernel in " + pins, result);
    }
    return isAttached;
  }

  /** Pins the maps. Until then the program of a dead process goes on with what is pinned. */
  void pin() throws FastPathException {
    if (forgot && !maps.arePinned()) {
      values.stamp(System.nanoTime(), 0); // nothing passes with wrong numbers before it lives
    }
    maps.pin(FlowEntry.LAYOUT);
  }

  /** Whether a dead process had pinned its tables. */
  boolean hasFoundPins() {
    return foundPins;
  }

  /** Whether it has replaced the program of a dead process, whose tables it has. */
  boolean hasTakenOver() {
    return tookOver;
  }

  /**
   * Whether pinned entries had another layout than those of this version, which cannot read them:
   * their connections are forgotten.
   */
  boolean hasForgotten() {
    return forgot;
  }

  /**
   * Attaches with a link of tcx, which without a pin ends with the process; returns false if the
   * kernel has none.
   */
  boolean attachLink(int index) throws FastPathException {
    int link = request.attach(program, index);
    if (link == -Errno.EINVAL) {
      return false;
    }
    require("attach a program to an interface", link);
    links.put(index, link);
    return true;
  }

  /**
   * Attaches with a filter of clsact, as {@link #attach} does on kernels before Linux 6.6, in place
   * of the one of a dead process. Such a filter stays attached after the death of its process, but
   * forwards nothing then.
   */
  public void attachFilter(int index) throws FastPathException {
    if (filter < 0) {
      filter = loadFilter();
    }
    require("attach a filter to an interface", filters.attach(index, filter, ProgramLoader.NAME));
    filtered.add(index);
  }

  /** The program in front of this one, which finds it as long as the process lives. */
  private int loadFilter() throws FastPathException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment first = arena.allocateFrom(JAVA_INT, 0);
      MemorySegment self = arena.allocateFrom(JAVA_INT, program);
      require("set a program for a filter", request.put(maps.get(LIVING), first, self));
    }
    KernelObject object = KernelObject.own();
    return loader.load(object, FILTER_SECTION, new long[0], BpfRequest.TRAFFIC_PROGRAM);
  }

  /**
   * Whether {@link #attach} has begun with the interface that has this index, and not with one that
   * had it before: a link ends with its interface.
   */
  boolean isAttached(int index) {
    Integer link = links.get(index);
    return filtered.contains(index) || (link != null && LinkPins.isOn(request, link, index));
  }

  /** Ends what {@link #attach} began, unless the interface has disappeared with it. */
  public void detach(int index) throws FastPathException {
    Integer link = links.remove(index);
    if (link != null && pins != null) {
      KernelMaps.delete(LinkPins.file(pins, index));
    }
    if (link != null) {
      int ignored = linux.close(link);
    }
    if (filtered.remove(index)) {
      int ignored = filters.detach(index);
    }
  }

  /** Removes the pins of links that this program does not have: of interfaces that are gone. */
  void removeOtherLinks() throws FastPathException {
    if (pins != null) {
      LinkPins.removeOthers(pins, links.keySet());
    }
  }

  /** What the process tells the program, and what that counts. */
  ProgramValues values() {
    return values;
  }

  /**
   * The interfaces, by the indexes that they have now in the thread's network name space, that a
   * dead process has made promiscuous.
   */
  Set<Integer> promiscuousInterfaces() {
    Set<Integer> found = new HashSet<>();
    if (pins == null) {
      return found;
    }
    for (int index : LinkPins.indexes(pins)) {
      int now = values.isPromiscuous(index) ? LinkPins.indexNow(request, linux, pins, index) : 0;
      if (now != 0) {
        found.add(now);
      }
    }
    return found;
  }

  /** What a dead process has left, or this one when it was silent. */
  Adoption adoption(Orphans orphans, LegMoves moves) {
    return new Adoption(request, maps.get(FLOWS), maps.get(GUARDS), orphans, moves);
  }

  /** Removes all entries and guards. */
  void clear() {
    for (String name : List.of(FLOWS, GUARDS)) {
      int map = maps.get(name);
      try (Arena arena = Arena.ofConfined()) {
        for (FlowKey key : MapKeys.ofFlows(request, arena, map)) {
          int ignored = request.remove(map, key.memory());
        }
      }
    }
  }

  /** Notes that the process lives, as {@link ProgramValues#stamp}. */
  public void stamp(long nanos, long limitNanos) throws FastPathException {
    values.stamp(nanos, limitNanos);
  }

  /**
   * The table of connections, for the thread of {@code thread}.
   *
   * @param interfaceOf the index of the interface of each leg; may change while the table is empty
   * @param zeroNanos what System.nanoTime() told when the caller's clock was 0
   */
  public FastPathTable flows(Linux thread, ToIntFunction<Leg> interfaceOf, long zeroNanos) {
    return new KernelFlowTable(thread, maps.get(FLOWS), interfaceOf, zeroNanos);
  }

  /**
   * The table of guards: what happens to edited connections that have no entry in {@link #flows}
   * while the process is silent. With pins it has as many entries.
   */
  public FastPathTable guards(Linux thread, ToIntFunction<Leg> interfaceOf, long zeroNanos) {
    return new KernelFlowTable(thread, maps.get(GUARDS), interfaceOf, zeroNanos);
  }

  /** What the program did since its maps were made. */
  public FastPathCounts counts() throws FastPathException {
    return values.counts();
  }

  /**
   * Ends the use of the program as the death of the process does. It leaves all that is pinned,
   * which forwards on as its table and the last stamp tell, and filters, which forward nothing.
   */
  public void leave() {
    links.values().forEach(linux::close);
    links.clear();
    filtered.clear();
    maps.close();
    socketPrograms.forEach(linux::close);
    socketPrograms.clear();
    if (filter >= 0) {
      int ignored = linux.close(filter);
      filter = -1;
    }
    if (program >= 0) {
      int ignored = linux.close(program);
      program = -1;
    }
  }

  /** Detaches the program and removes its pins. */
  @Override
  public void close() {
    for (int index : filtered) {
      int ignored = filters.detach(index); // the interface may have disappeared with it
    }
    try {
      if (pins != null) {
        for (int index : links.keySet()) {
          KernelMaps.delete(LinkPins.file(pins, index));
        }
        maps.unpin();
      }
    } catch (FastPathException e) {
      throw new IllegalStateException(e);
    } finally {
      leave();
    }
  }
}
