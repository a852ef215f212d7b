package dev.midstream.bench.heap;

import dev.midstream.bench.frame.Endpoints;
import dev.midstream.bench.frame.TcpFrame;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;

/** One end of a connection. It sends in order, and acknowledges all that its peer has sent. */
final class Host {
  private static final int SYN_WINDOW = 65_535;

  /** 64 KiB, with the window scale of 7 that the SYNs carry. */
  static final int WINDOW = 512;

  static final int TIMESTAMP = 1;

  private final Endpoints endpoints;
  private final Leg leg;
  private int next;

  /** Creates a host that sends from {@code endpoints}' client address. */
  Host(Endpoints endpoints, Leg leg, int isn) {
    this.endpoints = endpoints;
    this.leg = leg;
    next = isn;
  }

  /** The next segment; a SYN has no payload. */
  Packet segment(int flags, byte[] payload, Host peer, long timeNanos) {
    boolean isSyn = (flags & TcpFlags.SYN) != 0;
    TcpFrame frame =
        isSyn
            ? TcpFrame.syn(endpoints, leg)
            : TcpFrame.segment(endpoints, leg, payload, ChecksumState.COMPLETE);
    int sequence = next;
    next += payload.length + (isSyn || (flags & TcpFlags.FIN) != 0 ? 1 : 0);
    int acknowledgement = (flags & TcpFlags.ACK) == 0 ? 0 : peer.next;
    int window = isSyn ? SYN_WINDOW : WINDOW;
    return frame.stamp(sequence, acknowledgement, flags, window, TIMESTAMP, timeNanos);
  }

  /** Counts {@code count} octets that somebody sent in this host's name. */
  void advance(int count) {
    next += count;
  }
}
