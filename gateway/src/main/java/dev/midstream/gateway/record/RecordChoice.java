package dev.midstream.gateway.record;

import dev.midstream.reassembly.Engine;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import java.util.Set;

/**
 * Which packets are recorded: segments of connections that one of some rules decides, those that an
 * agent expects among them. Not thread-safe.
 */
final class RecordChoice {
  private final Engine engine;
  private final Set<String> names;
  private final FrameView view = new FrameView();

  /** What a packet is to a recording. */
  enum Kind {
    /** A segment of a connection that is recorded. */
    CHOSEN,
    /** A segment of another connection, which causes nothing that is recorded. */
    NOT_CHOSEN,
    /** A fragment. Nobody knows of which connection, before the engine has all of them. */
    FRAGMENT,
    /** No segment; but an error may cause segments of any connection. */
    NO_SEGMENT
  }

  RecordChoice(Engine engine, Set<String> names) {
    this.engine = engine;
    this.names = names;
  }

  Kind of(Packet packet, long nowNanos) {
    return switch (view.read(packet)) {
      case TCP ->
          names.contains(engine.ruleOf(view, nowNanos).name()) ? Kind.CHOSEN : Kind.NOT_CHOSEN;
      case FRAGMENT -> Kind.FRAGMENT;
      case NOT_OURS, MALFORMED -> Kind.NO_SEGMENT;
    };
  }
}
