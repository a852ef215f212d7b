package dev.midstream.reassembly.stream;

import dev.midstream.wire.header.TcpFlags;

/**
 * What the IP headers of one end's segments say of congestion (RFC 3168), and what of it the
 * receiver must still be told: a mark on a segment of which nothing leaves goes to the next one
 * that may carry it, and on segments that are cut only the first piece has it.
 */
public final class EcnState {
  /** The congestion bits of a segment that was marked on its way. */
  private static final int MARKED = 3;

  private static final int DEFAULT_CAPABLE = 2;
  private static final int ACCURATE_OFFER = TcpFlags.AE | TcpFlags.CWR | TcpFlags.ECE;

  private int capable;
  private boolean markPending;
  private int synFlags;

  /** A segment arrived with these congestion bits. */
  public void onSegment(int bits) {
    if (bits == MARKED) {
      markPending = true;
      capable = capable == 0 ? DEFAULT_CAPABLE : capable;
    } else if (bits != 0) {
      capable = bits;
    }
  }

  /** The bits of the end's last segment that was capable, unmarked; 0 if none was. */
  public int capable() {
    return capable;
  }

  /**
   * The bits with which a segment leaves that its end has sent, or would send, with {@code bits}.
   */
  public int takeMark(int bits) {
    if (bits == 0) {
      return 0;
    }
    boolean marked = markPending;
    markPending = false;
    return marked ? MARKED : bits == MARKED ? capable : bits;
  }

  /** Notes the control bits of the end's SYN. */
  public void onSyn(int flags) {
    synFlags = flags & ACCURATE_OFFER;
  }

  /**
   * Whether two ends agreed on accurate ECN (RFC 9768 section 3.1.1): their ECE, CWR and AE are one
   * counter then.
   */
  public static boolean isAccurate(EcnState client, EcnState server) {
    boolean accepted =
        switch (server.synFlags) {
          case TcpFlags.CWR, TcpFlags.CWR | TcpFlags.ECE, TcpFlags.AE, TcpFlags.AE | TcpFlags.CWR ->
              true;
          default -> false;
        };
    return client.synFlags == ACCURATE_OFFER && accepted;
  }
}
