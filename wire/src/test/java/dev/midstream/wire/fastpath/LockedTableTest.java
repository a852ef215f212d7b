package dev.midstream.wire.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.packet.Leg;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A table that others change, too, while they have the lock. */
class LockedTableTest {
  private final Object lock = new Object();
  private final List<String> calls = new ArrayList<>();
  private final FastPathTable table = new LockedTable(new Noting(), lock, this::change);

  private void change(FlowEntry entry) {
    assertThat(entry.packets()).isZero();
    assertThat(calls.add("change " + Thread.holdsLock(lock))).isTrue();
  }

  @Test
  @DisplayName("entries are changed with the lock only, and read without it")
  void changesWithLock() {
    FlowKey key = table.newKey();
    FlowEntry entry = table.newEntry();
    assertThat(table.put(key, entry)).isTrue();
    assertThat(table.take(key, entry)).isTrue();
    assertThat(table.read(key, entry)).isTrue();
    assertThat(table.interfaceOf(Leg.OUTSIDE)).isEqualTo(7);
    assertThat(calls).containsExactly("change true", "put true", "take true", "read false");
  }

  /** Notes for each call whether the thread has the lock. */
  private final class Noting implements FastPathTable {
    @Override
    public FlowKey newKey() {
      return Orphans.newKey();
    }

    @Override
    public FlowEntry newEntry() {
      return new FlowEntry(MemorySegment.ofArray(new long[FlowEntry.BYTES / Long.BYTES]));
    }

    @Override
    public int interfaceOf(Leg leg) {
      return 7;
    }

    @Override
    public boolean put(FlowKey key, FlowEntry entry) {
      return calls.add("put " + Thread.holdsLock(lock));
    }

    @Override
    public boolean read(FlowKey key, FlowEntry entry) {
      return calls.add("read " + Thread.holdsLock(lock));
    }

    @Override
    public boolean take(FlowKey key, FlowEntry entry) {
      return calls.add("take " + Thread.holdsLock(lock));
    }
  }
}
