package dev.midstream.reassembly.rewrite;

import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.wire.header.TcpOptionsView;

/** Overwrites options of edited connections with NOPs. The editor of the segment must be open. */
public final class OptionStrip {
  private final boolean inline;
  private final boolean multipath;

  OptionStrip(EngineConfiguration configuration) {
    inline = configuration.vantage() == Vantage.INLINE;
    multipath = configuration.policies().multipath() == Policies.Multipath.STRIP;
  }

  /**
   * Removes Multipath TCP (RFC 8684) if the policy says so. Without the option on the SYNs, plain
   * TCP is negotiated. Connections that keep it are not edited.
   */
  public void stripMultipath(Segment segment) {
    TcpOptionsView options = segment.view().options();
    while (multipath && options.hasMultipath()) {
      segment.editor().eraseOption(options.multipathOffset(), options.multipathLength());
    }
  }

  /**
   * Removes accurate ECN (RFC 9768 section 3.2.3) inline if the acknowledged stream has another
   * length, because the option counts octets that the other end did not send (H46).
   */
  void stripAccurateEcn(Segment segment) {
    TcpOptionsView options = segment.view().options();
    while (inline
        && options.hasAccurateEcn()
        && segment.reverse().edits().commands().offset() != 0) {
      segment.editor().eraseOption(options.accurateEcnOffset(), options.accurateEcnLength());
    }
  }
}
