package dev.midstream.reassembly.flow;

import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.IcmpView;

/**
 * The key of a connection: VLAN ids, addresses and ports, the same for both directions. Reusable,
 * so that a look-up allocates nothing.
 */
final class ConnectionKey {
  /* The two ends are kept in a fixed order, "low" before "high"; which of them sent is apart. */
  private long lowAddressHigh;
  private long lowAddressLow;
  private long highAddressHigh;
  private long highAddressLow;
  private int ports;
  private int vlansAndVersion;
  private int hash;
  private boolean sentByLow;

  /** Takes the key of the segment that {@code view} stands on. */
  ConnectionKey of(FrameView view) {
    vlansAndVersion = view.vlanIds() << 4 | view.ipVersion();
    lowAddressHigh = view.sourceHigh();
    lowAddressLow = view.sourceLow();
    highAddressHigh = view.destinationHigh();
    highAddressLow = view.destinationLow();
    return order(view.sourcePort(), view.destinationPort());
  }

  /** Takes the key of the segment that {@code error} quotes. */
  ConnectionKey of(IcmpView error) {
    vlansAndVersion = error.vlanIds() << 4 | error.ipVersion();
    lowAddressHigh = error.sourceHigh();
    lowAddressLow = error.sourceLow();
    highAddressHigh = error.destinationHigh();
    highAddressLow = error.destinationLow();
    return order(error.sourcePort(), error.destinationPort());
  }

  /** A copy that stays. */
  ConnectionKey copy() {
    ConnectionKey copy = new ConnectionKey();
    copy.lowAddressHigh = lowAddressHigh;
    copy.lowAddressLow = lowAddressLow;
    copy.highAddressHigh = highAddressHigh;
    copy.highAddressLow = highAddressLow;
    copy.ports = ports;
    copy.vlansAndVersion = vlansAndVersion;
    copy.hash = hash;
    copy.sentByLow = sentByLow;
    return copy;
  }

  boolean isSame(ConnectionKey other) {
    return lowAddressLow == other.lowAddressLow
        && highAddressLow == other.highAddressLow
        && ports == other.ports
        && vlansAndVersion == other.vlansAndVersion
        && lowAddressHigh == other.lowAddressHigh
        && highAddressHigh == other.highAddressHigh;
  }

  int ipVersion() {
    return vlansAndVersion & 0xf;
  }

  int vlanIds() {
    return vlansAndVersion >>> 4;
  }

  long addressHigh(boolean ofLow) {
    return ofLow ? lowAddressHigh : highAddressHigh;
  }

  long addressLow(boolean ofLow) {
    return ofLow ? lowAddressLow : highAddressLow;
  }

  int hash() {
    return hash;
  }

  /** Whether the low end sent the segment the key was taken from. */
  boolean isSentByLow() {
    return sentByLow;
  }

  /** Puts the two ends in their order; the low one is the source so far. */
  private ConnectionKey order(int sourcePort, int destinationPort) {
    sentByLow = isSourceLow(sourcePort, destinationPort);
    if (sentByLow) {
      ports = sourcePort << 16 | destinationPort;
    } else {
      ports = destinationPort << 16 | sourcePort;
      long high = lowAddressHigh;
      long low = lowAddressLow;
      lowAddressHigh = highAddressHigh;
      lowAddressLow = highAddressLow;
      highAddressHigh = high;
      highAddressLow = low;
    }
    hash = mix();
    return this;
  }

  private boolean isSourceLow(int sourcePort, int destinationPort) {
    int order = Long.compareUnsigned(lowAddressLow, highAddressLow);
    if (order == 0) {
      order = Long.compareUnsigned(lowAddressHigh, highAddressHigh);
    }
    return order == 0 ? sourcePort <= destinationPort : order < 0;
  }

  private int mix() {
    long mixed = lowAddressLow * 0x9E3779B97F4A7C15L + highAddressLow;
    mixed = (mixed ^ mixed >>> 29) * 0xBF58476D1CE4E5B9L + ports;
    mixed ^= lowAddressHigh * 0x94D049BB133111EBL ^ Long.rotateLeft(highAddressHigh, 32);
    mixed = (mixed ^ mixed >>> 32) * 0x9E3779B97F4A7C15L + vlansAndVersion;
    return (int) (mixed ^ mixed >>> 32);
  }
}
