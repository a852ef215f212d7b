package dev.midstream.modcmd.map;

/** What must hold of the mapping and the state of one direction at every moment. */
public enum Invariant {
  /** {@code before} never falls as the original position grows. */
  BEFORE_NEVER_FALLS,
  /** An acknowledgement never falls as the new position grows. */
  ACKNOWLEDGEMENT_NEVER_FALLS,
  /** Acknowledging all output before a cut acknowledges the original up to that cut. */
  ACKNOWLEDGEMENT_REACHES_CUT,
  /** No octet is acknowledged whose output lies beyond the new acknowledgement. */
  ACKNOWLEDGEMENT_IS_HONEST,
  /** All output of a claimed SACK range lies in the receiver's block. */
  SACK_IS_HONEST,
  /** A new octet keeps its value. */
  OUTPUT_IS_STABLE,
  /** Folding commands moves no position at or above the base. */
  FOLDING_MOVES_NOTHING,
  /** Nothing is shown as acknowledged that is neither acknowledged nor in custody. */
  ADVERTISED_ACK_IS_COVERED,
  /** Custody never covers octets that are not held. */
  CUSTODY_IS_HELD,
  /** Custody never covers octets the sender was not asked for. */
  CUSTODY_WITHIN_EDGE,
  /** Nothing undecided is released. */
  RELEASED_IS_DECIDED,
  /** Nothing is released beyond the receiver's right edge. */
  RELEASED_WITHIN_RIGHT_EDGE,
  /** What waits for the receiver's window stays within its limit and one batch. */
  WAITING_IS_BOUNDED,
  /** The right edge shown to the sender never moves left. */
  EDGE_NEVER_LEFT,
  /** The acknowledgement shown to the sender never falls. */
  ADVERTISED_ACK_NEVER_FALLS,
  /** What was released stays released. */
  RELEASED_NEVER_FALLS,
  /** What was decided stays decided. */
  DECIDED_NEVER_FALLS
}
