package dev.midstream.gateway.record;

import dev.midstream.reassembly.EngineBox;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the packets to record: segments of connections that match one of the chosen rules,
 * including connections that an agent expects. Not thread-safe.
 */
final class RecordChoice {
  private final EngineBox engines;
  private final Set<String> names;
  private final FrameView view = new FrameView();

  /** How a packet is recorded. */
  enum Kind {
    /** A segment of a recorded connection. */
    CHOSEN,
    /** A segment of another connection. It cannot cause recorded packets. */
    NOT_CHOSEN,
    /** An IP fragment. Its connection is unknown until the engine has the whole datagram. */
    FRAGMENT,
    /** No segment. An ICMP error may cause segments of any connection. */
    NO_SEGMENT
  }

  RecordChoice(EngineBox engines, Set<String> names) {
    this.engines = engines;
    this.names = names;
  }

  Kind of(Packet packet, long nowNanos) {
    return switch (view.read(packet)) {
      case TCP -> isChosen(engines.ruleOf(view, nowNanos)) ? Kind.CHOSEN : Kind.NOT_CHOSEN;
      case FRAGMENT -> Kind.FRAGMENT;
      case NOT_OURS, MALFORMED -> Kind.NO_SEGMENT;
    };
  }

  private boolean isChosen(@Nullable Rule rule) {
    return rule != null && names.contains(rule.name());
  }
}
