package dev.midstream.modcmd.map;

/**
 * The numbers that describe one direction at one moment. Original and new positions are stream
 * offsets.
 *
 * @param newAcked highest acknowledgement got from the receiver
 * @param newRight the furthest right edge the receiver ever offered
 * @param newReleased end of what was released
 * @param newEnd end of the decided output
 * @param orgDecided end of what is decided
 * @param orgHeld end of what is held without a gap
 * @param orgCustody end of what is in custody
 * @param orgAcked {@code newAcked} mapped back
 * @param orgAckAdvertised acknowledgement shown to the sender
 * @param orgEdgeAdvertised right edge shown to the sender
 * @param waitingLimit how many decided octets may wait for the receiver's window
 * @param batchLength new octets of the largest batch decided so far
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
