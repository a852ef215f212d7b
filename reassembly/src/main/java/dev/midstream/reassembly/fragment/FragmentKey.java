package dev.midstream.reassembly.fragment;

import dev.midstream.wire.header.FragmentView;
import dev.midstream.wire.header.FrameView;

/**
 * What all fragments of one datagram have in common (RFC 791 section 3.2, RFC 8200 section 4.5).
 * For IPv6 the protocol is none of it: only the first fragment's counts there.
 */
record FragmentKey(
    int vlansAndVersion,
    long sourceHigh,
    long sourceLow,
    long destinationHigh,
    long destinationLow,
    int identification) {

  static FragmentKey of(FragmentView fragment) {
    FrameView view = fragment.view();
    return new FragmentKey(
        view.vlanIds() << 4 | view.ipVersion(),
        view.sourceHigh(),
        view.sourceLow(),
        view.destinationHigh(),
        view.destinationLow(),
        fragment.identification());
  }

  /** Senders choose identifications and addresses; a plain sum would let them choose the slot. */
  @Override
  public int hashCode() {
    long mixed = sourceLow * 0x9E3779B97F4A7C15L + destinationLow;
    mixed = (mixed ^ mixed >>> 29) * 0xBF58476D1CE4E5B9L + identification;
    mixed ^= sourceHigh * 0x94D049BB133111EBL ^ Long.rotateLeft(destinationHigh, 32);
    mixed = (mixed ^ mixed >>> 32) * 0x9E3779B97F4A7C15L + vlansAndVersion;
    return (int) (mixed ^ mixed >>> 32);
  }
}
