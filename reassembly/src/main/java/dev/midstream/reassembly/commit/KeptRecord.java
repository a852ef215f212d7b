package dev.midstream.reassembly.commit;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * A record of a connection as another engine wrote it, and when that was, as this engine counts
 * time: the times in it are ages.
 */
public final class KeptRecord {
  private static final long LONGEST_NANOS = 1L << 56;

  private final byte[] octets;
  private final int from;
  private final long sinceNanos;
  private final boolean restOld;

  private KeptRecord(byte[] octets, int from, long sinceNanos, boolean restOld) {
    this.octets = octets;
    this.from = from;
    this.sinceNanos = sinceNanos;
    this.restOld = restOld;
  }

  /** The same record, of which only what is essential holds still. */
  KeptRecord withOldRest() {
    return new KeptRecord(octets, from, sinceNanos, true);
  }

  /** Whether of what the record tells only what is essential holds still. */
  public boolean isRestOld() {
    return restOld;
  }

  /**
   * A record that has come.
   *
   * @param octets are not copied
   * @param after what follows the kind of the record is read from it
   */
  static KeptRecord of(byte[] octets, StateReader after, long nowNanos) {
    boolean isAged = (octets[0] & RecordWriter.AGED) != 0;
    long ageNanos = isAged ? Math.min(after.position(), LONGEST_NANOS) : 0;
    boolean isRestOld = isAged && (octets[0] & RecordWriter.CURRENT) == 0;
    return new KeptRecord(
        octets, octets.length - after.remaining(), nowNanos - ageNanos, isRestOld);
  }

  /** Reads what follows the kind, where times are as old as they are at {@code nowNanos}. */
  StateReader reader(long nowNanos) {
    return new StateReader(octets, from, octets.length, nowNanos - sinceNanos);
  }

  /**
   * Writes the record for another engine again, with its age.
   *
   * @param hasMore whether it counts only with the next one of its connection
   */
  void write(StateWriter out, boolean hasMore, long nowNanos) {
    int kind = octets[0] & 0xff & ~(RecordWriter.CURRENT | RecordWriter.MORE);
    out.octet(
        kind
            | RecordWriter.AGED
            | (restOld ? 0 : RecordWriter.CURRENT)
            | (hasMore ? RecordWriter.MORE : 0));
    out.number(Math.max(0, nowNanos - sinceNanos));
    out.octets(octets, from, octets.length - from);
  }

  /** When it was written, or at the latest when it came. */
  public long sinceNanos() {
    return sinceNanos;
  }

  /** Octets that it takes. */
  int length() {
    return octets.length;
  }
}
