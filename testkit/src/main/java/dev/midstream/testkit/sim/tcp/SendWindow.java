package dev.midstream.testkit.sim.tcp;

/** The peer's window: SND.WND with SND.WL1 and SND.WL2 (RFC 9293 section 3.10.7.4). */
final class SendWindow {
  private long edge;
  private long lastWindow;
  private long maxWindow;
  private long wl1 = Long.MIN_VALUE;
  private long wl2 = Long.MIN_VALUE;

  /** The right edge. */
  long edge() {
    return edge;
  }

  /** The largest window advertised so far, in octets (MAX.SND.WND in RFC 5961). */
  long maxWindow() {
    return maxWindow;
  }

  /** Sets the window from {@code segment}, whatever came before. */
  void set(Segment segment, int scale) {
    lastWindow = (long) segment.windowField() << scale;
    edge = Math.max(0, segment.ack()) + lastWindow;
    maxWindow = Math.max(maxWindow, lastWindow);
    wl1 = segment.start();
    wl2 = segment.ack();
  }

  /**
   * Updates the window from {@code segment}, unless that is older than the last update.
   *
   * @return whether the window changed
   */
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
