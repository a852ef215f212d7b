package dev.midstream.reassembly.snapshot;

import dev.midstream.reassembly.flow.FinishedStream;
import dev.midstream.reassembly.flow.Stream;

/**
 * One direction of an inspected connection at one time.
 *
 * @param orgOctets octets the sender has sent, as far as they were seen
 * @param newOctets octets that were released to the receiver
 * @param edits edits the agent decided
 * @param shift how many octets new positions lie behind original ones; negative before
 * @param heldBytes octets in order that the agent has not decided
 * @param delayedBytes kept behind gaps, bookkeeping included
 * @param waitingBytes decided octets that wait for the receiver's window
 * @param owedBytes octets the sender was told of and the receiver has not acknowledged
 */
public record StreamSnapshot(
    long orgOctets,
    long newOctets,
    long edits,
    long shift,
    long heldBytes,
    long delayedBytes,
    long waitingBytes,
    long owedBytes) {

  static StreamSnapshot of(Stream stream) {
    return new StreamSnapshot(
        stream.orgSeenEnd(),
        stream.releasedEnd(),
        stream.showing().edits(),
        stream.commands().offset(),
        stream.undecided().length(),
        stream.delayed().chargedBytes(),
        Math.max(0, stream.newEnd() - stream.releasedEnd()),
        Math.max(0, stream.newOwned() - stream.feedback().acknowledged()));
  }

  static StreamSnapshot of(FinishedStream stream) {
    long shift = stream.newOctets() - stream.orgOctets();
    return new StreamSnapshot(
        stream.orgOctets(), stream.newOctets(), stream.edits(), shift, 0, 0, 0, 0);
  }
}
