package dev.midstream.reassembly.stream;

/**
 * The largest IP packet that routers said the path behind the engine carries. Ten minutes after
 * they said so last it is not known any more: a path may have become wider, and only a larger
 * packet shows that (RFC 1191 section 6.3, RFC 8201 section 4).
 */
public final class PathLimit {
  private static final long KNOWN_NANOS = 600_000_000_000L;

  private int packetBytes = Integer.MAX_VALUE;
  private long knownUntilNanos = Long.MAX_VALUE;

  /**
   * A router said that no packet of more than {@code bytes} gets through.
   *
   * @return whether that is less than was known
   */
  public boolean lower(int bytes, long nowNanos) {
    boolean smaller = bytes < packetBytes;
    packetBytes = Math.min(packetBytes, bytes);
    knownUntilNanos = nowNanos + KNOWN_NANOS;
    return smaller;
  }

  /** Forgets what was said too long ago. */
  public void age(long nowNanos) {
    if (nowNanos >= knownUntilNanos) {
      packetBytes = Integer.MAX_VALUE;
      knownUntilNanos = Long.MAX_VALUE;
    }
  }

  /** The largest IP packet; {@link Integer#MAX_VALUE} if not known. */
  public int packetBytes() {
    return packetBytes;
  }
}
