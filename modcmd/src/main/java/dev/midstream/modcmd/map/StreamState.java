package dev.midstream.modcmd.map;

/**
 * The state of one direction at one moment. Original and new positions are stream offsets.
 *
 * @param newAcked the highest acknowledgement from the receiver
 * @param newRight the highest right edge advertised by the receiver
 * @param newReleased end of the released octets
 * @param newEnd end of the decided output
 * @param orgDecided end of the decided octets
 * @param orgHeld end of the octets held without a gap
 * @param orgCustody end of the octets in custody
 * @param orgAcked {@code newAcked} in the original stream
 * @param orgAckAdvertised acknowledgement advertised to the sender
 * @param orgEdgeAdvertised right edge advertised to the sender
 * @param waitingLimit maximum decided octets that wait for the receiver's window
 * @param batchLength new octets of the largest batch so far, and of the largest replies of the
 *     other direction while they are not acknowledged
 */
public record StreamState(
    long newAcked,
    long newRight,
    long newReleased,
    long newEnd,
    long orgDecided,
    long orgHeld,
    long orgCustody,
    long orgAcked,
    long orgAckAdvertised,
    long orgEdgeAdvertised,
    long waitingLimit,
    long batchLength) {}
