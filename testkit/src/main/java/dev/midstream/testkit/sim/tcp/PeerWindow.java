package dev.midstream.testkit.sim.tcp;

/** The window a peer offers, as its newest segment tells it (RFC 9293 section 3.10.7.4). */
final class PeerWindow {
  private long edge;
  private long lastWindow;
  private long largest;
  private long updateStart = Long.MIN_VALUE;
  private long updateAck = Long.MIN_VALUE;

  /** The first octet that must wait. */
  long edge() {
    return edge;
  }

  /** The largest window ever offered, in octets. */
  long largest() {
    return largest;
  }

  /** Takes the window of {@code segment} whatever was known before. */
  void set(Segment segment, int scale) {
    lastWindow = (long) segment.windowField() << scale;
    edge = Math.max(0, segment.ack()) + lastWindow;
    largest = Math.max(largest, lastWindow);
    updateStart = segment.start();
    updateAck = segment.ack();
  }

  /** Takes the window of {@code segment}, unless a newer one told it; whether it changed. */
  boolean take(Segment segment, int scale) {
    boolean isOld =
        segment.start() < updateStart
            || (segment.start() == updateStart && segment.ack() < updateAck);
    if (isOld) {
      return false;
    }
    long before = lastWindow;
    set(segment, scale);
    return before != lastWindow;
  }
}
