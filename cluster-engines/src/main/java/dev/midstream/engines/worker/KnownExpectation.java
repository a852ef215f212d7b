package dev.midstream.engines.worker;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.flow.ExpectationCodec.Written;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An expectation of a connection of {@code bucket}, and what a node has heard of it. */
final class KnownExpectation {
  final int bucket;
  final byte[] octets;
  final long sinceNanos;
  @Nullable Written written;

  private int opened;

  /** The connections whose ends are known, of which it is yet to be told that they were opened. */
  private int counted;

  /** The ends of connections that were opened and are in no record. */
  private final Set<Octets> unrecorded = new LinkedHashSet<>();

  /** Those that are in one. */
  private int recorded;

  /**
   * An expectation that was announced as {@code octets}.
   *
   * @param written the same; null if it cannot be read yet
   */
  KnownExpectation(int bucket, byte[] octets, @Nullable Written written, long sinceNanos) {
    this.bucket = bucket;
    this.octets = octets;
    this.written = written;
    this.sinceNanos = sinceNanos;
  }

  /** Whether its time is over. */
  boolean isOver(long nowNanos) {
    return written != null && restNanos(written, nowNanos) <= 0;
  }

  private long restNanos(Written of, long nowNanos) {
    return of.restNanos() - (nowNanos - sinceNanos);
  }

  /** Whether what is in records is all it expects. */
  boolean isMet() {
    return written != null && fulfilled(written) >= connections(written);
  }

  private int fulfilled(Written of) {
    return of.opened() + opened - unrecorded.size();
  }

  private static int connections(Written of) {
    return of.expected().expectation().connections();
  }

  /** With what is in records now; null if that is all it expects, or its time is over. */
  @Nullable Written at(long nowNanos) {
    return isMet() ? null : metAt(nowNanos);
  }

  /** With what is in records now, which may be all; null if its time is over. */
  @Nullable Written metAt(long nowNanos) {
    return written == null || isOver(nowNanos)
        ? null
        : new Written(written.expected(), fulfilled(written), restNanos(written, nowNanos));
  }

  /** The connections with ends that are in a record. */
  int recorded() {
    return recorded;
  }

  /** The ends of connections that were opened and are in no record. */
  Collection<Octets> unrecorded() {
    return unrecorded;
  }

  /**
   * Notes that a connection was opened.
   *
   * @return false if its ends were noted
   */
  boolean noteOpened() {
    if (counted > 0) {
      counted--;
      return false;
    }
    opened++;
    return true;
  }

  /** Notes that the connection between {@code ends} was opened, which is told once more. */
  void noteOpened(Octets ends) {
    counted++;
    if (unrecorded.add(ends)) {
      opened++;
    }
  }

  /**
   * Notes that the connection between {@code ends} is in a record. It may be one of which it was
   * only told that it was opened.
   */
  void noteRecorded(Octets ends) {
    boolean isKnown = unrecorded.remove(ends);
    int before = written == null ? 0 : written.opened();
    if (isKnown || recorded < before + opened - unrecorded.size()) {
      recorded++;
    }
  }
}
