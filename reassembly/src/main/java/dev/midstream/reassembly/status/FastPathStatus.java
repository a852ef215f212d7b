package dev.midstream.reassembly.status;

import dev.midstream.reassembly.fastpath.FastPathTally;
import dev.midstream.wire.fastpath.RecallReason;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * The connections of one engine, or of several, that are forwarded without it.
 *
 * @param connections how many there are now
 * @param full how often the table had no room
 * @param overtaken segments that waited when their connection was given away, or that the kernel
 *     forwarded, too
 * @param recalls how often a connection was taken back, by reason, without those that never were;
 *     {@link RecallReason#NONE} if the engine wanted it
 * @param unguarded edited connections of which the kernel cannot be told what becomes of them when
 *     this process is silent
 */
public record FastPathStatus(
    long connections, long full, long overtaken, Map<RecallReason, Long> recalls, long unguarded) {
  /** No connection ever was. */
  public static final FastPathStatus NONE = new FastPathStatus(0, 0, 0, Map.of(), 0);

  /** Copies the counts. */
  public FastPathStatus {
    Map<RecallReason, Long> copy = new EnumMap<>(RecallReason.class);
    copy.putAll(recalls);
    recalls = Collections.unmodifiableMap(copy);
  }

  static FastPathStatus of(FastPathTally tally, long unguarded) {
    Map<RecallReason, Long> recalls = new EnumMap<>(RecallReason.class);
    for (RecallReason reason : RecallReason.values()) {
      long count = tally.recalls(reason);
      if (count > 0) {
        recalls.put(reason, count);
      }
    }
    return new FastPathStatus(
        tally.connections(), tally.full(), tally.overtaken(), recalls, unguarded);
  }

  /** The sum of both. */
  FastPathStatus plus(FastPathStatus other) {
    Map<RecallReason, Long> sum = new EnumMap<>(RecallReason.class);
    sum.putAll(recalls);
    other.recalls.forEach((reason, count) -> sum.merge(reason, count, Long::sum));
    return new FastPathStatus(
        connections + other.connections,
        full + other.full,
        overtaken + other.overtaken,
        sum,
        unguarded + other.unguarded);
  }
}
