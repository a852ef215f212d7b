package dev.midstream.reassembly.rewrite;

import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.wire.header.TcpOptionsView;

/**
 * Takes Multipath TCP (RFC 8684) off the segments of edited connections: without the option on the
 * SYNs the connection is an ordinary one, and a recording of one that was not becomes one.
 */
public final class MultipathStrip {
  private final boolean strips;

  /** Strips if {@code policy} says so; otherwise such connections are not edited at all. */
  public MultipathStrip(Policies.Multipath policy) {
    strips = policy == Policies.Multipath.STRIP;
  }

  /** Puts NOPs over the options of {@code segment}, whose editor is open. */
  public void strip(Segment segment) {
    if (!strips) {
      return;
    }
    TcpOptionsView options = segment.view().options();
    while (options.hasMultipath()) {
      segment.editor().eraseOption(options.multipathOffset(), options.multipathLength());
    }
  }
}
