package dev.midstream.testkit.sim.tcp;

/** The window an endpoint offers: how far its right edge is, and when it moves. */
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
    mss = options.mssBytes();
    bufferBytes = options.receiveBufferBytes();
    edge = Math.min(MAX_FIELD, bufferBytes);
  }

  /** From now on windows are shifted by {@code scale}. */
  void scale(int scale) {
    this.scale = scale;
  }

  void buffer(int bytes) {
    bufferBytes = bytes;
  }

  /** The right edge last shown. */
  long edge() {
    return edge;
  }

  /** The field of a SYN, which is not scaled, after {@code next} octets were taken. */
  int synField(long next) {
    return (int) Math.min(MAX_FIELD, edge - next);
  }

  /**
   * The field to show with an acknowledgement up to {@code next}, when the application has read up
   * to {@code read}; moves the edge.
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

  /** Whether an acknowledgement only for the window is due. */
  boolean isUpdateDue(long next, long read) {
    long gained = (((target(next, read) - next) >> scale) << scale) - Math.max(0, edge - next);
    if (mayShrink && read + bufferBytes < edge) {
      return true;
    }
    if (edge <= next || silly) {
      return gained > 0;
    }
    return gained >= Math.min(2L * mss, Math.max(1, bufferBytes / 2));
  }

  /** Where the edge would be shown now (RFC 9293 section 3.8.6.2.2). */
  private long target(long next, long read) {
    long free = read + bufferBytes;
    if (free <= edge) {
      return mayShrink ? Math.max(free, next) : edge;
    }
    boolean worth = silly || free - edge >= Math.min(mss, Math.max(1, bufferBytes / 2));
    return worth ? free : edge;
  }
}
