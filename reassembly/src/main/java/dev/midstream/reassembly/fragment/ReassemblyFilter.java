package dev.midstream.reassembly.fragment;

import dev.midstream.wire.header.FrameView;

/** Says which connections' datagrams must be whole before they go on. */
@FunctionalInterface
public interface ReassemblyFilter {

  /**
   * Whether the connection of a segment may be changed, as far as its addresses and ports tell;
   * other fields need not be true.
   */
  boolean mayBeChanged(FrameView segment);
}
