package dev.midstream.reassembly.script;

import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.commit.Replica;

/** What an engine has that keeps records of another one. */
public final class Replicas {
  private Replicas() {}

  /** All records of {@code log}, committed or not, which came at 0. */
  public static Replica of(MemoryLog log) {
    return since(1, log);
  }

  /** The records from number {@code first} on, committed or not, which came at 0. */
  public static Replica since(long first, MemoryLog log) {
    return of(log, first, log.appended(), 0);
  }

  /** The committed records of {@code log}, which came at 0. */
  public static Replica committed(MemoryLog log) {
    return of(log, 1, log.committed(), 0);
  }

  /** All records of {@code log}, committed or not, which came at {@code nanos}. */
  public static Replica cameAt(long nanos, MemoryLog log) {
    return of(log, 1, log.appended(), nanos);
  }

  private static Replica of(MemoryLog log, long first, long last, long nanos) {
    Replica replica = new Replica();
    for (long number = first; number <= last; number++) {
      replica.apply(log.record(number), nanos);
    }
    return replica;
  }
}
