package dev.midstream.gateway.record;

import dev.midstream.reassembly.Engine;
import dev.midstream.wire.header.FrameKind;
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

  RecordChoice(Engine engine, Set<String> names) {
    this.engine = engine;
    this.names = names;
  }

  boolean isChosen(Packet packet, long nowNanos) {
    return view.read(packet) == FrameKind.TCP
        && names.contains(engine.ruleOf(view, nowNanos).name());
  }
}
