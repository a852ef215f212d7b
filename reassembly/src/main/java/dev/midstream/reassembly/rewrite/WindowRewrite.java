package dev.midstream.reassembly.rewrite;

import dev.midstream.modcmd.map.WindowMap;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.flow.Stream;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Reading;

/**
 * Maps the window of a segment: the receiver's right edge, as far as the sender may know it. In a
 * recording the field stays as it is.
 */
public final class WindowRewrite {
  private final EngineConfiguration configuration;
  private final Counters counters;

  WindowRewrite(EngineConfiguration configuration, Counters counters) {
    this.configuration = configuration;
    this.counters = counters;
  }

  /** Takes the window of a segment and puts the one to show in its place; the field shown. */
  int rewrite(Segment segment, long shown) {
    Stream stream = segment.reverse();
    int field = segment.view().windowField();
    WindowMap window = stream.window();
    boolean syn = segment.view().isSyn();
    long offered = (long) field << (syn ? 0 : window.scale());
    stream.feedback().offered(offered);
    if (configuration.reading() == Reading.ORIGINAL) {
      return field;
    }
    stream.feedback().rightEdge(acknowledged(segment, stream) + offered);
    long limit = stream.feedback().shown() + configuration.limits().delayedBytes();
    long wanted = window.wanted(stream.feedback().rightEdge(), limit);
    boolean waiting = stream.newEnd() > stream.releasedEnd();
    int mapped = syn ? window.fieldInSyn(wanted, shown) : window.field(wanted, shown, waiting);
    if (mapped != field) {
      counters.count(Reason.WINDOW_MAPPED);
      segment.editor().window(mapped);
    }
    return mapped;
  }

  /** What the window counts from: the segment's own acknowledgement, which may be an old one. */
  private static long acknowledged(Segment segment, Stream stream) {
    long newest = stream.feedback().acknowledged();
    return Math.min(newest, stream.space().offsetOf(segment.acknowledgement(), newest));
  }
}
