package dev.midstream.bench.engine;

import dev.midstream.bench.frame.Forwarding;
import dev.midstream.bench.frame.SampleText;
import dev.midstream.bench.scan.SubstituteAgents;
import dev.midstream.modcmd.agent.Agent;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.PortRange;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.wire.packet.Box;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;

/** What is done to the traffic. */
public enum Scenario {
  /** Nothing: the cost of making the packets, contained in every other figure. */
  PATCHING,
  /** Connections are known, and no rule gives them to an agent. */
  NO_AGENT,
  /** An agent sees every octet and lets it pass. */
  PASS,
  /** The substitute agent looks for one string that never comes. */
  SUBSTITUTE_1,
  /** The substitute agent looks for twenty strings that never come. */
  SUBSTITUTE_20,
  /** An edit in every segment, of equal length. */
  EDIT_SAME,
  /** An edit in every full segment that makes it longer, so that it leaves as two. */
  EDIT_GROWING,
  /** As {@link #PASS}, with every two segments of a connection swapped. */
  SWAPPED;

  /** The port that rules of the scenarios are for. */
  static final int PORT = 7_000;

  private static final int GROWTH_BYTES = 4;

  /** Something to send the traffic through. */
  Box newBox() {
    return switch (this) {
      case PATCHING -> new Forwarding();
      case NO_AGENT -> newEngine(PORT + 1, new PassingAgent());
      case PASS, SWAPPED -> newEngine(PORT, new PassingAgent());
      case SUBSTITUTE_1 -> newEngine(PORT, SubstituteAgents.ofAbsent(1));
      case SUBSTITUTE_20 -> newEngine(PORT, SubstituteAgents.ofAbsent(20));
      case EDIT_SAME, EDIT_GROWING ->
          newEngine(PORT, SubstituteAgents.replacing(SampleText.MARK, replacement()));
    };
  }

  /** What one segment of {@code length} octets carries. */
  byte[] payload(int length, int conversation) {
    return this == EDIT_SAME || this == EDIT_GROWING
        ? SampleText.marked(length, conversation)
        : SampleText.of(length, conversation);
  }

  /** How many octets each segment gains. */
  int growthBytes() {
    return this == EDIT_GROWING ? GROWTH_BYTES : 0;
  }

  /** Whether the second of two segments comes first. */
  boolean isSwapped() {
    return this == SWAPPED;
  }

  private String replacement() {
    return "x".repeat(SampleText.MARK.length() + growthBytes());
  }

  private static Engine newEngine(int port, Agent<?> agent) {
    Match match = new Match(List.of(), List.of(), List.of(), List.of(PortRange.of(port)));
    Rule rule = new Rule("measured", match, Action.ALLOW, "measured", agent, Mode.ENFORCE);
    return new Engine(
        new EngineConfiguration(
            Mode.ENFORCE,
            new RuleTable(List.of(rule), Action.ALLOW, Mode.ENFORCE),
            Policies.DEFAULTS,
            EngineLimits.DEFAULTS,
            Timeouts.DEFAULTS,
            Vantage.INLINE),
        new HashSeed(1, 2),
        PooledByteBufAllocator.DEFAULT,
        EventSink.NONE);
  }
}
