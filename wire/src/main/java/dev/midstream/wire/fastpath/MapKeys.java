package dev.midstream.wire.fastpath;

import dev.midstream.wire.nativecall.BpfRequest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The keys of a map at one moment. Entries may come and go meanwhile. */
final class MapKeys {
  /** More than any map has, if entries go again and again while it is read. */
  private static final int MAX_KEYS = 1 << 26;

  private MapKeys() {}

  /**
   * The keys of {@code map}, of {@code bytes} octets each, in memory of {@code arena}; some of them
   * twice, if entries go meanwhile.
   */
  static List<MemorySegment> read(BpfRequest request, Arena arena, int map, int bytes) {
    List<MemorySegment> keys = new ArrayList<>();
    MemorySegment before = MemorySegment.NULL;
    MemorySegment next = arena.allocate(bytes, Long.BYTES);
    while (keys.size() < MAX_KEYS && request.next(map, before, next) >= 0) {
      keys.add(next);
      before = next;
      next = arena.allocate(bytes, Long.BYTES);
    }
    return keys;
  }

  /** The keys of a map of directions of connections. */
  static List<FlowKey> ofFlows(BpfRequest request, Arena arena, int map) {
    return read(request, arena, map, FlowKey.BYTES).stream().map(FlowKey::new).toList();
  }
}
