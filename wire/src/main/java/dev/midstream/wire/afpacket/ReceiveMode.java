package dev.midstream.wire.afpacket;

/** How frames come out of the kernel. */
public enum ReceiveMode {
  /**
   * A ring of mapped memory (TPACKET_V2): no copy of ours, no call per batch; 240 slots in 16 MiB a
   * leg.
   */
  RING,
  /** recvmmsg(2) into buffers: one call per batch; 4.2 MB a leg, more may queue in the kernel. */
  MESSAGES
}
