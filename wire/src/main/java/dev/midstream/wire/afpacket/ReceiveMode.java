package dev.midstream.wire.afpacket;

/** How frames are received from the kernel. */
public enum ReceiveMode {
  /**
   * A mapped ring (TPACKET_V2): frames are read in place, without a system call per batch; 240
   * slots in 16 MiB for each leg.
   */
  RING,
  /**
   * recvmmsg(2) into buffers: one system call per batch; 4.2 MB for each leg, and more frames can
   * queue in the kernel.
   */
  MESSAGES
}
