package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.wire.header.TcpFlags;

/**
 * ECN state of one end (RFC 3168): its codepoint, and a CE mark that the receiver has not been sent
 * yet. If a marked segment is not sent on, its mark goes to the next segment that may carry one. If
 * a segment is split, only the first piece carries the mark.
 *
 * <p>Essential: the ECN bits of its last SYN, because no later segment repeats them. Derived: the
 * rest.
 */
public final class EcnState {
  /** ECN codepoint CE: congestion experienced. */
  private static final int MARKED = 3;

  private static final int DEFAULT_CAPABLE = 2;
  private static final int ACCURATE_OFFER = TcpFlags.AE | TcpFlags.CWR | TcpFlags.ECE;

  /** The counter of accurate ECN before the first mark, 5 (RFC 9768 section 3.2.1). */
  private static final int NO_MARK_COUNTED = TcpFlags.AE | TcpFlags.ECE;

  /** The counter after one mark, 6. A pure ACK of a SYN-ACK says by it that the SYN-ACK had one. */
  private static final int ONE_MARK_COUNTED = TcpFlags.AE | TcpFlags.CWR;

  private int capable;
  private boolean markPending;
  private int synFlags;

  void writeEssential(StateWriter out) {
    out.number(synFlags);
  }

  void readEssential(StateReader in) {
    synFlags = in.count(ACCURATE_OFFER) & ACCURATE_OFFER;
  }

  void writeRest(StateWriter out) {
    out.octet(capable << 1 | (markPending ? 1 : 0));
  }

  void readRest(StateReader in) {
    int bits = in.count(7);
    capable = bits >>> 1;
    markPending = (bits & 1) != 0;
  }

  /** Takes the ECN codepoint of a segment that arrived. */
  public void onSegment(int bits) {
    if (bits == MARKED) {
      markPending = true;
      capable = capable == 0 ? DEFAULT_CAPABLE : capable;
    } else if (bits != 0) {
      capable = bits;
    }
  }

  /** The ECT codepoint of the end's last ECN-capable segment; 0 if there was none. */
  public int capable() {
    return capable;
  }

  /** The ECN codepoint to send in place of {@code bits}. Uses up a pending mark. */
  public int takeMark(int bits) {
    if (bits == 0) {
      return 0;
    }
    boolean marked = markPending;
    markPending = false;
    return marked ? MARKED : bits == MARKED ? capable : bits;
  }

  /** Whether the receiver has not been sent a mark yet. */
  public boolean isMarkPending() {
    return markPending;
  }

  /** Takes the control bits of the end's SYN. */
  public void onSyn(int flags) {
    synFlags = flags & ACCURATE_OFFER;
  }

  /** The ECE, CWR and AE flags of an end that has got no mark. */
  static int unmarkedFlags(boolean accurate) {
    return accurate ? NO_MARK_COUNTED : 0;
  }

  /**
   * The counter of accurate ECN of an end that answered a SYN-ACK with a pure ACK with {@code
   * flags} (RFC 9768 section 3.2.2.1).
   */
  public static int countOfSynAck(int flags) {
    return flags == ONE_MARK_COUNTED ? ONE_MARK_COUNTED : NO_MARK_COUNTED;
  }

  /**
   * Whether both ends agreed on accurate ECN (RFC 9768 section 3.1.1). Their ECE, CWR and AE bits
   * then form one counter.
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
