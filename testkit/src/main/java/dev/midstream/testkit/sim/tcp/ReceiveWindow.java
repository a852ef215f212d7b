package dev.midstream.testkit.sim.tcp;

/** The window that an endpoint advertises: its right edge, and when the edge moves. */
final class ReceiveWindow {
  private static final int MAX_FIELD = 65_535;

  private final boolean mayShrink;
  private final boolean silly;
  private final int mss;
  private int bufferBytes;
  private int scale;
  private long edge;

  ReceiveWindow(EndpointOptions options) {
    mayShrink = options.has(Behaviour.SHRINKING_WINDOW);
    silly = options.has(Behaviour.SILLY_WINDOWS);
    mss = options.segmentBytes();
    bufferBytes = options.receiveBufferBytes();
    edge = Math.min(MAX_FIELD, bufferBytes);
  }

  /** Sets the scale of the window field. */
  void scale(int scale) {
    this.scale = scale;
  }

  void buffer(int bytes) {
    bufferBytes = bytes;
  }

  /** The right edge last advertised. */
  long edge() {
    return edge;
  }

  /** The unscaled field of a SYN at RCV.NXT {@code next}. */
  int synField(long next) {
    return (int) Math.min(MAX_FIELD, edge - next);
  }

  /**
   * Advertises the window at RCV.NXT {@code next} when the application has read up to {@code read}.
   *
   * @return the window field
   */
  int advertise(long next, long read) {
    long target = target(next, read);
    long window = Math.max(0, target - next);
    long field = Math.min(MAX_FIELD, window >> scale);
    if (next + (field << scale) < edge && (target >= edge || !mayShrink)) {
      field = Math.min(MAX_FIELD, (edge - next + (1L << scale) - 1) >> scale);
    }
    edge = next + (field << scale);
    return (int) field;
  }

  /**
   * Whether a window update is due: the field shows it, and it is worth it (RFC 9293 section
   * 3.8.6.2.2). The worth is counted in octets. What the field rounds down does not count against
   * it, or a window just below half the buffer would stay, while the sender waits for half of it.
   * None is due for what the field cannot say: an ACK with the same window would be a duplicate
   * (RFC 5681 sections 2 and 4.2).
   */
  boolean isUpdateDue(long next, long read) {
    long target = Math.min(target(next, read), next + ((long) MAX_FIELD << scale));
    boolean shown = ((target - next) >> scale) << scale > Math.max(0, edge - next);
    if (mayShrink && read + bufferBytes < edge) {
      return true;
    }
    if (edge <= next || silly) {
      return shown;
    }
    return shown && target - edge >= Math.min(2L * mss, Math.max(1, bufferBytes / 2));
  }

  /** The right edge to advertise, with silly window avoidance (RFC 9293 section 3.8.6.2.2). */
  private long target(long next, long read) {
    long free = read + bufferBytes;
    if (free <= edge) {
      return mayShrink ? Math.max(free, next) : edge;
    }
    boolean worth = silly || free - edge >= Math.min(mss, Math.max(1, bufferBytes / 2));
    return worth ? free : edge;
  }
}
