package dev.midstream.reassembly.status;

import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.TimeWaitStream;

/**
 * The status of one direction of an inspected connection.
 *
 * @param orgOctets octets that the sender sent, as far as they were seen
 * @param newOctets octets released to the receiver
 * @param edits edits that the agent decided
 * @param shift new position minus original position after the last edit
 * @param heldBytes octets in order that the agent has not decided
 * @param delayedBytes out-of-order octets, bookkeeping included
 * @param waitingBytes decided octets that wait for the receiver's window
 * @param owedBytes octets that the engine itself retransmits until the receiver acknowledges them
 */
public record StreamStatus(
    long orgOctets,
    long newOctets,
    long edits,
    long shift,
    long heldBytes,
    long delayedBytes,
    long waitingBytes,
    long owedBytes) {

  static StreamStatus of(Stream stream) {
    return new StreamStatus(
        stream.sender().orgSeenEnd(),
        stream.releasedEnd(),
        stream.edits().count(),
        stream.edits().commands().offset(),
        stream.sender().undecided().length(),
        stream.sender().delayed().chargedBytes(),
        Math.max(0, stream.newEnd() - stream.releasedEnd()),
        Math.max(0, stream.newOwned() - stream.acknowledged()));
  }

  static StreamStatus of(TimeWaitStream stream) {
    long shift = stream.newOctets() - stream.orgOctets();
    return new StreamStatus(
        stream.orgOctets(), stream.newOctets(), stream.edits(), shift, 0, 0, 0, 0);
  }
}
