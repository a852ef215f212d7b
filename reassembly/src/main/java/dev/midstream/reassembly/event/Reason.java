package dev.midstream.reassembly.event;

import java.util.Locale;

/**
 * The reason why a packet was held, delayed, dropped, absorbed, answered or left alone. Each reason
 * has a counter and a code for operators.
 */
public enum Reason {
  // Packets the engine does not handle.
  NOT_OURS,
  MALFORMED,
  LINK_LOCAL,
  FRAGMENT,
  CONNECTION_LIMIT,
  REDIRECTED,
  REDIRECT_LIMIT,
  EXPECTATION_LIMIT,
  EXPECTATION_UNMET,
  // IP fragments.
  FRAGMENT_WAITING,
  FRAGMENT_OVERLAP,
  FRAGMENT_TINY,
  FRAGMENT_TIMEOUT,
  FRAGMENT_LIMIT,
  // ICMP errors.
  ICMP_MAPPED,
  ICMP_INVALID,
  // Connections that are not edited.
  MID_STREAM,
  NOT_WHOLE,
  ONE_SIDED,
  OPTION_FORBIDS,
  NOT_MINE,
  DETACHED,
  TRUNCATED,
  GAP,
  AGENT_FAILED,
  AGENT_SLOW,
  HOLD_LIMIT,
  // Order.
  DELAYED,
  DELAY_LIMIT,
  TOTAL_LIMIT,
  GAVE_WAY,
  GAP_EXPIRED,
  OUT_OF_ORDER,
  OUT_OF_WINDOW,
  WRONG_SIDE,
  PAWS,
  MISSING_TIMESTAMP,
  LOW_TTL,
  UNCONFIRMED_LIMIT,
  BELOW_WINDOW,
  RETRANSMISSION,
  INCONSISTENT_RETRANSMISSION,
  INCONSISTENT_OVERLAP,
  REPLACED_LIMIT,
  KEEP_ALIVE,
  // Decisions.
  HELD,
  HOLD_TIME,
  END_OF_STREAM,
  END_OF_INPUT,
  WINDOW_FULL,
  ZERO_WINDOW,
  CUSTODY,
  COPY_AWAITED,
  COMMIT_AWAITED,
  REPETITION_AWAITED,
  CUSTODY_REPEATED,
  CUSTODY_EXPIRED,
  COMMAND_LIMIT,
  NOT_APPLIED,
  // Numbers and headers.
  ABSORBED,
  ACK_MADE,
  ACK_BEYOND_SENT,
  WINDOW_MAPPED,
  RE_SEGMENTED,
  BAD_CHECKSUM,
  URGENT_CLEARED,
  // Opening and closing.
  SYN_REPEATED,
  RESET,
  RESET_INVALID,
  OPENING_TIMEOUT,
  IDLE_PROBED,
  IDLE_EXPIRED,
  FINISH_EXPIRED,
  RULE_DROP,
  RULE_REJECT,
  AGENT_RESET,
  AGENT_ABORT,
  AFTER_RESET,
  BOX_ENDS,
  ENGINE_FAILED,
  TAKEN_OVER,
  TAKEOVER_UNREADABLE,
  TAKEOVER_UNSAFE_REPLAY,
  TAKEOVER_LOST_DECISIONS,
  NO_COPY,
  COPY_AGAIN,
  FENCED,
  BUCKET_AWAITED,
  // What agents count and report.
  AGENT_DENIED,
  REPORT;

  private final String code = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** The code, such as {@code below-window}. */
  public String code() {
    return code;
  }
}
