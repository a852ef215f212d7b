package dev.midstream.reassembly.fragment;

import dev.midstream.reassembly.flow.KeyedHash;
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

  /** Senders choose identifications and addresses, but not the slot. */
  @Override
  public int hashCode() {
    return hash;
  }
}
