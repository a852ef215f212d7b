package dev.midstream.reassembly.rewrite;

import dev.midstream.reassembly.flow.Segment;
import dev.midstream.wire.header.TcpOptionsView;

/**
 * Takes the options of accurate ECN off (RFC 9768 section 3.2.3) where the octets they count are
 * not those that the other end has sent.
 */
final class AccurateEcnStrip {
  private AccurateEcnStrip() {}

  /** Puts NOPs over them, if the stream that {@code segment} acknowledges has another length. */
  static void strip(Segment segment) {
    TcpOptionsView options = segment.view().options();
    while (options.hasAccurateEcn() && segment.reverse().edits().commands().offset() != 0) {
      segment.editor().eraseOption(options.accurateEcnOffset(), options.accurateEcnLength());
    }
  }
}
