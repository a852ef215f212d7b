package dev.midstream.reassembly.fragment;

import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.wire.header.FragmentView;
import dev.midstream.wire.header.FrameView;

/**
 * Identifies the datagram that a fragment belongs to (RFC 791 section 3.2, RFC 8200 section 4.5).
 * The protocol is left out, because in IPv6 only the first fragment's counts.
 */
record FragmentKey(
    int vlansAndVersion,
    long sourceHigh,
    long sourceLow,
    long destinationHigh,
    long destinationLow,
    int identification,
    int hash) {

  static FragmentKey of(FragmentView fragment, KeyedHash hashes) {
    FrameView view = fragment.view();
    int vlansAndVersion = view.vlanIds() << 4 | view.ipVersion();
    long rest = (long) fragment.identification() << 32 | vlansAndVersion;
    return new FragmentKey(
        vlansAndVersion,
        view.sourceHigh(),
        view.sourceLow(),
        view.destinationHigh(),
        view.destinationLow(),
        fragment.identification(),
        hashes.of(
            view.sourceLow(),
            view.destinationLow(),
            view.sourceHigh(),
            view.destinationHigh(),
            rest));
  }

  /** A keyed hash: a sender that chooses addresses and identifications cannot choose the slot. */
  @Override
  public int hashCode() {
    return hash;
  }
}
