package dev.midstream.wire.fastpath;

import dev.midstream.wire.nativecall.BpfRequest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The keys of a map at one moment. Entries may come and go meanwhile. */
final class EntryKeys {
  private EntryKeys() {}

  /**
   * The keys of {@code map}, in memory of {@code arena}; some of them twice, if entries go
   * meanwhile.
   *
   * @param mostEntries more are not read
   */
  static List<FlowKey> read(BpfRequest request, Arena arena, int map, int mostEntries) {
    List<FlowKey> keys = new ArrayList<>();
    MemorySegment before = MemorySegment.NULL;
    MemorySegment next = arena.allocate(FlowKey.BYTES, Long.BYTES);
    while (keys.size() < mostEntries && request.next(map, before, next) >= 0) {
      keys.add(new FlowKey(next));
      before = next;
      next = arena.allocate(FlowKey.BYTES, Long.BYTES);
    }
    return keys;
  }
}
