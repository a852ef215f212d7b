package dev.midstream.testkit.sim.tcp;

/** The window a peer offers, as its newest segment tells it (RFC 9293 section 3.10.7.4). */
final class SendWindow {
  private long edge;
  private long lastWindow;
  private long maxWindow;
  private long wl1 = Long.MIN_VALUE;
  private long wl2 = Long.MIN_VALUE;

  /** The first octet that must wait. */
  long edge() {
    return edge;
  }

  /** The maxWindow window ever offered, in octets. */
  long maxWindow() {
    return maxWindow;
  }

  /** Takes the window of {@code segment} whatever was known before. */
  void set(Segment segment, int scale) {
    lastWindow = (long) segment.windowField() << scale;
    edge = Math.max(0, segment.ack()) + lastWindow;
    maxWindow = Math.max(maxWindow, lastWindow);
    wl1 = segment.start();
    wl2 = segment.ack();
  }

  /** Takes the window of {@code segment}, unless a newer one told it; whether it changed. */
  boolean update(Segment segment, int scale) {
    boolean isOld = segment.start() < wl1 || (segment.start() == wl1 && segment.ack() < wl2);
    if (isOld) {
      return false;
    }
    long before = lastWindow;
    set(segment, scale);
    return before != lastWindow;
  }
}
