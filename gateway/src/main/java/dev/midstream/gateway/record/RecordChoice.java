package dev.midstream.gateway.record;

import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import java.util.Set;

/**
 * Which packets are recorded: segments between ends that one of some rules decides, whoever of them
 * is the client. Not thread-safe.
 */
final class RecordChoice {
  private final RuleTable rules;
  private final Set<String> names;
  private final FrameView view = new FrameView();

  RecordChoice(RuleTable rules, Set<String> names) {
    this.rules = rules;
    this.names = names;
  }

  boolean isChosen(Packet packet) {
    return view.read(packet) == FrameKind.TCP && (isDecided(true) || isDecided(false));
  }

  private boolean isDecided(boolean senderIsClient) {
    return names.contains(rules.decide(view, senderIsClient).name());
  }
}
