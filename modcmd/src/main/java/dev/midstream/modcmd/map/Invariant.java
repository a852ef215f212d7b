package dev.midstream.modcmd.map;

/** An invariant of the mapping or of the state of one direction. */
public enum Invariant {
  /** {@code before} is monotonic in the original position. */
  BEFORE_NEVER_FALLS,
  /** The acknowledgement is monotonic in the new position. */
  ACKNOWLEDGEMENT_NEVER_FALLS,
  /** Acknowledging all output before a cut acknowledges the original stream up to that cut. */
  ACKNOWLEDGEMENT_REACHES_CUT,
  /** No octet is acknowledged whose output lies beyond the new acknowledgement. */
  ACKNOWLEDGEMENT_IS_HONEST,
  /** All output of a reported SACK range lies in the receiver's block. */
  SACK_IS_HONEST,
  /** An octet of the new stream keeps its value. */
  OUTPUT_IS_STABLE,
  /** Folding moves no cut above the base, and the base only beyond folded insertions there. */
  FOLDING_MOVES_NOTHING,
  /** The advertised acknowledgement covers only octets that are acknowledged or in custody. */
  ADVERTISED_ACK_IS_COVERED,
  /** Octets in custody are held. */
  CUSTODY_IS_HELD,
  /** Octets in custody lie inside the advertised window. */
  CUSTODY_WITHIN_EDGE,
  /** Released octets are decided. */
  RELEASED_IS_DECIDED,
  /** Released octets lie inside the receiver's window. */
  RELEASED_WITHIN_RIGHT_EDGE,
  /** The octets that wait for the window stay within their limit plus a batch of each direction. */
  WAITING_IS_BOUNDED,
  /** The right edge advertised to the sender never moves left. */
  EDGE_NEVER_LEFT,
  /** The acknowledgement advertised to the sender never falls. */
  ADVERTISED_ACK_NEVER_FALLS,
  /** The end of released octets never falls. */
  RELEASED_NEVER_FALLS,
  /** The end of decided octets never falls. */
  DECIDED_NEVER_FALLS
}
