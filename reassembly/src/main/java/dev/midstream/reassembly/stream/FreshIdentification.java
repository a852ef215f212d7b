package dev.midstream.reassembly.stream;

/**
 * Identifications of IPv4 packets that an end has not sent itself (RFC 6864): a counter far from
 * the end's own, so that fragments of theirs and ours are not put together.
 */
public final class FreshIdentification {
  private static final int FIELD = 0xffff;
  private static final int HALF = 0x8000;
  private static final int NEAR = 0x2000;

  private int next;

  /** The next one, while the end itself is at {@code own}. */
  public int next(int own) {
    int distance = (next - own) & FIELD;
    if (distance < NEAR || distance > FIELD - NEAR) {
      next = own + HALF;
    }
    int taken = next & FIELD;
    next = (taken + 1) & FIELD;
    return taken;
  }
}
