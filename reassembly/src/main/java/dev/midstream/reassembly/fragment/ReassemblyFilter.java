package dev.midstream.reassembly.fragment;

import dev.midstream.wire.header.FrameView;

/** Selects the connections whose datagrams must be reassembled. */
@FunctionalInterface
public interface ReassemblyFilter {

  /** Whether the connection may be changed. Only addresses and ports of the segment are valid. */
  boolean requiresReassembly(FrameView segment);
}
