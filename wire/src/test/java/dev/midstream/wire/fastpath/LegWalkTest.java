package dev.midstream.wire.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Parts of a walk through a map whose entries come and go between them. */
class LegWalkTest {
  private static final int CONNECTIONS = 5;
  private static final int ALL = 2 * CONNECTIONS;
  private static final LegMoves MOVES = LegMoves.to(new Legs(1, 2)).then(new Legs(3, 4));

  private final Model map = new Model();
  private final LegWalk walk = new LegWalk(map, FlowEntry::isShifted, map);

  LegWalkTest() {
    for (int port = 0; port < CONNECTIONS; port++) {
      map.add(client(port), 2);
      map.add(server(port), 1);
    }
  }

  @Test
  @DisplayName("each part leads so many entries, and the last one fewer")
  void leadsInParts() {
    assertThat(walk.lead(MOVES, 4)).isEqualTo(4);
    assertThat(map.led()).isEqualTo(4);
    assertThat(walk.lead(MOVES, 4)).isEqualTo(4);
    assertThat(map.led()).isEqualTo(8);
    assertThat(walk.lead(MOVES, 4)).isEqualTo(2);
    assertThat(map.led()).isEqualTo(ALL);
    assertThat(map.indexOf(client(0))).isEqualTo(4);
    assertThat(map.indexOf(server(0))).isEqualTo(3);
  }

  @Test
  @DisplayName("a part goes on behind the newest entry that is there still")
  void goesOnBehindOneThatStayed() {
    assertThat(walk.lead(MOVES, 4)).isEqualTo(4);
    map.remove(client(2));
    map.remove(client(3));
    assertThat(walk.lead(MOVES, 2)).isEqualTo(2);
    assertThat(map.led()).isEqualTo(4);
    assertThat(map.indexOf(client(4))).isEqualTo(4);
    assertThat(map.indexOf(server(0))).isEqualTo(3);
  }

  @Test
  @DisplayName("if all have gone that were visited, the walk begins anew, and comes to its end")
  void beginsAnew() {
    assertThat(walk.lead(MOVES, 2)).isEqualTo(2);
    map.remove(client(0));
    map.remove(client(1));
    assertThat(walk.lead(MOVES, ALL)).isEqualTo(ALL - 2);
    assertThat(map.led()).isEqualTo(ALL - 2);
  }

  @Test
  @DisplayName("an empty map is over at once, also if it was not empty before")
  void endsWithoutEntries() {
    assertThat(walk.lead(MOVES, 3)).isEqualTo(3);
    map.entries.clear();
    assertThat(walk.lead(MOVES, 3)).isZero();
    assertThat(walk.lead(MOVES, 3)).isZero();
  }

  @Test
  @DisplayName("an entry that leads nowhere follows the other direction, and others stay")
  void followsTheOtherDirection() {
    map.add(server(0), 9);
    map.add(server(1), 4);
    map.add(client(2), 8);
    map.add(server(2), 9);
    assertThat(walk.lead(MOVES, ALL)).isEqualTo(ALL);
    assertThat(map.indexOf(server(0))).isEqualTo(3);
    assertThat(map.indexOf(server(1))).isEqualTo(4);
    assertThat(map.indexOf(client(2))).isEqualTo(8);
    assertThat(map.indexOf(server(2))).isEqualTo(9);
  }

  private static FlowKey client(int port) {
    return Orphans.newKey().begin(4, 0).source(0, 1, port).destination(0, 2, 80);
  }

  private static FlowKey server(int port) {
    return Orphans.newKey().setOpposite(client(port));
  }

  /** A map in which each key has its place, as in the kernel. */
  private static final class Model implements FlowMap {
    private final Map<ByteBuffer, FlowEntry> entries = new TreeMap<>();

    private static FlowEntry copy(FlowEntry entry) {
      MemorySegment own = MemorySegment.ofArray(new long[FlowEntry.BYTES / Long.BYTES]);
      return new FlowEntry(own.copyFrom(entry.memory()));
    }

    private void add(FlowKey key, int index) {
      MemorySegment own = MemorySegment.ofArray(new long[FlowEntry.BYTES / Long.BYTES]);
      entries.put(Orphans.name(key), new FlowEntry(own).begin(index).asShifted());
    }

    private void remove(FlowKey key) {
      assertThat(entries.remove(Orphans.name(key))).isNotNull();
    }

    private int indexOf(FlowKey key) {
      return Objects.requireNonNull(entries.get(Orphans.name(key))).index();
    }

    private long led() {
      return entries.values().stream().filter(each -> each.index() > 2).count();
    }

    @Override
    public boolean next(@Nullable FlowKey key, FlowKey next) {
      List<ByteBuffer> names = new ArrayList<>(entries.keySet());
      int at = key == null ? 0 : names.indexOf(Orphans.name(key)) + 1;
      if (at < names.size()) {
        next.memory().copyFrom(MemorySegment.ofBuffer(names.get(at)));
      }
      return at < names.size();
    }

    @Override
    public boolean find(FlowKey key, FlowEntry entry) {
      FlowEntry found = entries.get(Orphans.name(key));
      if (found != null) {
        entry.memory().copyFrom(found.memory());
      }
      return found != null;
    }

    @Override
    public boolean replace(FlowKey key, FlowEntry entry) {
      return entries.replace(Orphans.name(key), copy(entry)) != null;
    }
  }
}
