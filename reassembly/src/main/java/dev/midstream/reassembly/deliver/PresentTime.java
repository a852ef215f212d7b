package dev.midstream.reassembly.deliver;

/**
 * The time of the packet or timer that an engine processes. What an agent decides is dated with it:
 * its call in silence is long after the last packet.
 */
final class PresentTime {
  private long nanos;

  /** The next packet or timer is processed at {@code nowNanos}. */
  void set(long nowNanos) {
    nanos = nowNanos;
  }

  long nanos() {
    return nanos;
  }
}
