package dev.midstream.worlds.law;

import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.commit.Replica;
import java.util.ArrayList;
import java.util.List;

/** The records of a log as another engine gets them, each at the time at which it is committed. */
final class ArrivedRecords {
  private final MemoryLog log;
  private final List<Long> nanos = new ArrayList<>();

  ArrivedRecords(MemoryLog log) {
    this.log = log;
  }

  /** Notes that what is committed now has come by {@code nowNanos}. */
  void note(long nowNanos) {
    while (nanos.size() < log.committed()) {
      nanos.add(nowNanos);
    }
  }

  /** The first {@code records}; those that are not committed come now. */
  Replica replica(long records, long nowNanos) {
    Replica replica = new Replica();
    for (int i = 0; i < records; i++) {
      replica.apply(log.record(i + 1), i < nanos.size() ? nanos.get(i) : nowNanos);
    }
    return replica;
  }
}
