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
  private static final int MAX_FLAGS = 0xffff;
  private static final int ACCURATE_OFFER = TcpFlags.AE | TcpFlags.CWR | TcpFlags.ECE;

  /** The counter of accurate ECN before the first mark, 5 (RFC 9768 section 3.2.1). */
  private static final int NO_MARK_COUNTED = TcpFlags.AE | TcpFlags.ECE;

  /** The counter after one mark, 6. A pure ACK of a SYN-ACK says by it that the SYN-ACK had one. */
  private static final int ONE_MARK_COUNTED = TcpFlags.AE | TcpFlags.CWR;

  private int capable;
  private boolean markPending;
  private int synFlags;
  private int flags;
  private boolean flagsKnown;
  private boolean echoAnswered;

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

  void writeFlags(StateWriter out) {
    out.number(flags);
  }

  void readFlags(StateReader in, boolean areKnown, boolean isAnswered) {
    flags = in.count(MAX_FLAGS);
    flagsKnown = areKnown;
    echoAnswered = isAnswered;
  }

  /** The flags of {@link #updateFlags}, which may not have been called; then none. */
  int flags() {
    return flags;
  }

  boolean areFlagsKnown() {
    return flagsKnown;
  }

  boolean isEchoAnswered() {
    return echoAnswered;
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

  /**
   * Takes the ECE, CWR and AE flags of a segment of this end, and returns whether they report what
   * those before them did not: a mark, or with accurate ECN another count. ECE that is clear again
   * reports nothing (RFC 3168 section 6.1.3). Flags of a SYN are not taken: they negotiate (section
   * 6.1.1).
   *
   * @param accurate whether both ends agreed on accurate ECN
   */
  public boolean updateFlags(int newFlags, boolean accurate) {
    int before = flagsKnown ? flags : unmarkedFlags(accurate);
    flags = newFlags;
    flagsKnown = true;
    echoAnswered = false;
    return accurate ? flags != before : (flags & ~before & TcpFlags.ECE) != 0;
  }

  /**
   * Takes a CWR of the other end, after which this one reports no mark before it (RFC 3168 section
   * 6.1.3); returns whether this end waits for it, because its last segment reported one.
   */
  public boolean takeReduction() {
    boolean awaited = !echoAnswered && (flags & TcpFlags.ECE) != 0;
    echoAnswered = true;
    return awaited;
  }

  /**
   * The ECE, CWR and AE flags of the end's last segment without SYN, but no ECE that the other end
   * has answered with CWR. Before there is one, they report no mark.
   *
   * @param accurate whether both ends agreed on accurate ECN
   */
  public int flags(boolean accurate) {
    int said = flagsKnown ? flags : unmarkedFlags(accurate);
    return echoAnswered ? said & ~TcpFlags.ECE : said;
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
