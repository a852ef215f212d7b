package dev.midstream.reassembly.commit;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ExpectationCodec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the connections of another engine expect, as octets. An expectation that was met stays until
 * what met it is in a record, its time is over or its connection ends: a half-open connection has
 * no record, so its SYN may come once more.
 */
public final class ReplicatedExpectations {
  private static final long LONGEST_NANOS = 1L << 56;

  /** By their places. */
  private final Map<Octets, Kept> all = new LinkedHashMap<>();

  /** An expectation of the connection between {@code ends}, which came at {@code sinceNanos}. */
  private record Kept(Octets ends, Octets octets, long sinceNanos, long endNanos) {}

  /** Takes an expectation of another engine. */
  public interface Taker {
    /** Takes what {@code in} tells, which is {@code ageNanos} old. */
    void take(StateReader in, long ageNanos);
  }

  /** Adds or removes the expectation of a record, of which kind and version were read. */
  void apply(StateReader in, boolean isExpected, long nowNanos) {
    byte[] octets = in.memory();
    int from = octets.length - in.remaining();
    StateReader after = new StateReader(octets, from, octets.length);
    ConnectionKey.skip(after);
    Octets ends = Replica.endsOf(octets, from, octets.length - after.remaining());
    ExpectationCodec.skipPlace(in);
    Octets place = Replica.endsOf(octets, from, octets.length - in.remaining());
    long endNanos = isExpected ? nowNanos + Math.min(in.position(), LONGEST_NANOS) : nowNanos;
    all.values().removeIf(each -> each.endNanos <= nowNanos);
    all.remove(place);
    if (isExpected) {
      Octets kept = Octets.of(Arrays.copyOfRange(octets, from, octets.length));
      all.put(place, new Kept(ends, kept, nowNanos, endNanos));
    }
  }

  /** Removes what the connection between {@code ends} expects. */
  void endOf(Octets ends) {
    if (!all.isEmpty()) {
      all.values().removeIf(each -> each.ends.equals(ends));
    }
  }

  void clear() {
    all.clear();
  }

  void addAll(ReplicatedExpectations other) {
    all.putAll(other.all);
  }

  /** Passes each expectation to {@code taker}, and keeps none. */
  void takeAll(long nowNanos, Taker taker) {
    for (Kept each : all.values()) {
      byte[] octets = each.octets.toArray();
      StateReader in = new StateReader(octets, 0, octets.length);
      taker.take(in, nowNanos - each.sinceNanos);
    }
    all.clear();
  }
}
