package dev.midstream.worlds.law;

import dev.midstream.reassembly.event.Reason;
import java.util.EnumSet;
import java.util.Set;

/** Which reasons fit a packet (law 10), as docs/reasons.md says. */
final class ReasonFits {
  private static final Set<Reason> ANY_END =
      EnumSet.of(
          Reason.AFTER_RESET,
          Reason.PAWS,
          Reason.MID_STREAM,
          Reason.NOT_WHOLE,
          Reason.FRAGMENT_LIMIT,
          Reason.LOW_TTL);

  private static final Set<Reason> ICMP = EnumSet.of(Reason.ICMP_MAPPED, Reason.ICMP_INVALID);
  private static final Set<Reason> DAMAGED = EnumSet.of(Reason.BAD_CHECKSUM, Reason.MALFORMED);
  private static final Set<Reason> RESET = EnumSet.of(Reason.RESET_INVALID, Reason.OUT_OF_WINDOW);
  private static final Set<Reason> SYN =
      EnumSet.of(Reason.SYN_REPEATED, Reason.OUT_OF_WINDOW, Reason.COMMIT_AWAITED);
  private static final Set<Reason> ACK =
      EnumSet.of(
          Reason.ABSORBED, Reason.ACK_BEYOND_SENT, Reason.OUT_OF_WINDOW, Reason.BELOW_WINDOW);

  private static final Set<Reason> KNOWN =
      EnumSet.of(
          Reason.RETRANSMISSION,
          Reason.BELOW_WINDOW,
          Reason.HELD,
          Reason.ABSORBED,
          Reason.DELAYED,
          Reason.OUT_OF_ORDER,
          Reason.DELAY_LIMIT,
          Reason.TOTAL_LIMIT,
          Reason.COMMAND_LIMIT,
          Reason.WINDOW_FULL,
          Reason.COMMIT_AWAITED,
          Reason.REPETITION_AWAITED,
          Reason.OUT_OF_WINDOW);

  private static final Set<Reason> AFTER_GAP =
      EnumSet.of(
          Reason.DELAYED,
          Reason.OUT_OF_ORDER,
          Reason.DELAY_LIMIT,
          Reason.TOTAL_LIMIT,
          Reason.OUT_OF_WINDOW);

  private static final Set<Reason> NEXT =
      EnumSet.of(
          Reason.HELD,
          Reason.WINDOW_FULL,
          Reason.COMMIT_AWAITED,
          Reason.REPETITION_AWAITED,
          Reason.COMMAND_LIMIT,
          Reason.TOTAL_LIMIT,
          Reason.ABSORBED,
          Reason.AGENT_FAILED,
          Reason.OUT_OF_WINDOW);

  private static final Set<Reason> UNDECIDED =
      EnumSet.of(Reason.HELD, Reason.WINDOW_FULL, Reason.COMMIT_AWAITED, Reason.REPETITION_AWAITED);

  private final boolean passesGaps;
  private final boolean finishes;
  private final boolean losesDecisions;

  /**
   * Reasons of a world.
   *
   * @param passesGaps whether octets after a gap may pass, or wait for a decision
   * @param finishes whether the agent may end a stream, so that what follows is deleted
   * @param losesDecisions whether an engine may know less than was acknowledged to a sender
   */
  ReasonFits(boolean passesGaps, boolean finishes, boolean losesDecisions) {
    this.passesGaps = passesGaps;
    this.finishes = finishes;
    this.losesDecisions = losesDecisions;
  }

  /** Whether {@code reason} may be counted because of {@code packet}. */
  boolean mayCount(Reason reason, ArrivedPacket packet) {
    return switch (reason) {
      case BAD_CHECKSUM, MALFORMED -> is(packet, ArrivedPacket.Kind.DAMAGED);
      case SYN_REPEATED -> is(packet, ArrivedPacket.Kind.SYN);
      case RESET, RESET_INVALID -> is(packet, ArrivedPacket.Kind.RESET);
      case DELAYED, OUT_OF_ORDER, DELAY_LIMIT -> packet.isAfterGap() || isAfterLost(packet);
      case PAWS -> packet.hasOldTimestamp();
      case ACK_BEYOND_SENT -> packet.acknowledgesUnsent();
      case ZERO_WINDOW -> packet.isBeyondEdge();
      case OUT_OF_WINDOW ->
          packet.isBeyondEdge()
              || packet.isOld()
              || packet.hasOldAcknowledgement()
              || packet.kind() == ArrivedPacket.Kind.SYN
              || (packet.kind() == ArrivedPacket.Kind.AFTER_GAP && isAfterLost(packet));
      case KEEP_ALIVE -> packet.payloadLength() <= 1 && (packet.isOld() || packet.hasEngineDied());
      case ICMP_MAPPED -> packet.quotesSent();
      case ICMP_INVALID ->
          packet.kind() == ArrivedPacket.Kind.ICMP
              && (packet.hasEngineDied() || !packet.quotesInFlight());
      case LOW_TTL, UNCONFIRMED_LIMIT -> packet.hasLowHopLimit();
      case AFTER_RESET -> packet.isAfterReset();
      // Of a keep-alive another engine does not know that it lies below what was acknowledged.
      case INCONSISTENT_RETRANSMISSION ->
          packet.hasEngineDied() && packet.isOld() && packet.payloadLength() == 1;
      case REPETITION_AWAITED -> packet.hasEngineDied();
      case INCONSISTENT_OVERLAP -> false;
      default -> true;
    };
  }

  /**
   * Another engine may not know the octets before the packet, which their sender has forgotten; or
   * not know the connection, of which it sees only a SYN-ACK again.
   */
  private boolean isAfterLost(ArrivedPacket packet) {
    return losesDecisions && packet.hasEngineDied() && packet.payloadLength() > 0;
  }

  private static boolean is(ArrivedPacket packet, ArrivedPacket.Kind kind) {
    return packet.kind() == kind || packet.kind() == ArrivedPacket.Kind.UNCERTAIN;
  }

  /** Whether {@code reason} explains that nothing of {@code packet} left to the other side. */
  boolean explains(Reason reason, ArrivedPacket packet) {
    boolean onlyFin = packet.payloadLength() == 0 && reason == Reason.ABSORBED;
    boolean afterGap = packet.kind() == ArrivedPacket.Kind.AFTER_GAP;
    boolean undecided = passesGaps && afterGap && UNDECIDED.contains(reason);
    boolean afterEnd = passesGaps && finishes && afterGap && reason == Reason.ABSORBED;
    // An engine that takes over shows a lower edge than the one before: octets beyond it probe it.
    boolean beyond = packet.hasEngineDied() && afterGap && reason == Reason.ZERO_WINDOW;
    boolean afterLost = isAfterLost(packet) && AFTER_GAP.contains(reason);
    return onlyFin
        || beyond
        || afterLost
        || undecided
        || afterEnd
        || ANY_END.contains(reason)
        || reasonsOf(packet.kind()).contains(reason);
  }

  private static Set<Reason> reasonsOf(ArrivedPacket.Kind kind) {
    return switch (kind) {
      case DAMAGED -> DAMAGED;
      case ICMP -> ICMP;
      case RESET -> RESET;
      case SYN -> SYN;
      case ACK -> ACK;
      case KNOWN -> KNOWN;
      case AFTER_GAP -> AFTER_GAP;
      case NEXT -> NEXT;
      case UNCERTAIN -> EnumSet.allOf(Reason.class);
    };
  }
}
