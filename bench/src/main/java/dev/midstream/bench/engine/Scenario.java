package dev.midstream.bench.engine;

import dev.midstream.agent.Agent;
import dev.midstream.bench.frame.ForwardingBox;
import dev.midstream.bench.frame.SampleText;
import dev.midstream.bench.scan.SmtpAgents;
import dev.midstream.bench.scan.SubstituteAgents;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.flow.ConnectionRouter;
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
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.wire.packet.Box;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A case of the benchmarks: the rule, its agent and the order of the segments. */
public enum Scenario {
  /** None: the cost of making the packets, which every other figure includes. */
  PATCHING,
  /** Connections are tracked, but no rule gives them to an agent. */
  NO_AGENT,
  /** An agent sees every octet and passes it. */
  PASS,
  /** As {@link #PASS}, with all octets but the first of each 8 KiB opaque. */
  SPANS,
  /** As {@link #PASS}, with all octets but the first of each GiB opaque. */
  OPAQUE,
  /** The agent of SMTP passes the text of a message. */
  MAIL_TEXT,
  /** The substitute agent searches for one string that never occurs. */
  SUBSTITUTE_1,
  /** The substitute agent searches for twenty strings that never occur. */
  SUBSTITUTE_20,
  /** Every segment has an edit of equal length. */
  EDIT_SAME,
  /** Every full segment has an edit that makes it longer, so that it leaves as two segments. */
  EDIT_GROWING,
  /** As {@link #PASS}, with each two segments of a connection swapped. */
  SWAPPED;

  /** The port that the rules match. */
  public static final int PORT = 7_000;

  private static final int GROWTH_BYTES = 4;

  /** Memory for more connections than are measured, so that none is under pressure. */
  private static final long MEMORY_BYTES = 1L << 34;

  /** The box that gets the traffic, with records as {@code mode} says. */
  public Box newBox(CommitMode mode) {
    if (this == PATCHING) {
      return new ForwardingBox();
    }
    return mode == CommitMode.NONE ? newEngine() : new LoggingBox(mode, this::newEngine);
  }

  /**
   * An engine for this scenario.
   *
   * @throws IllegalStateException for {@link #PATCHING}, which has none
   */
  public Engine newEngine() {
    return newEngine(CommitLog.NONE);
  }

  /** The same, which writes its records to {@code log}. */
  public Engine newEngine(CommitLog log) {
    return newEngine(port(), newAgent(), Timeouts.DEFAULTS, log);
  }

  /** The same with other times, and without records. */
  public Engine newEngine(Timeouts timeouts) {
    return newEngine(port(), newAgent(), timeouts, CommitLog.NONE);
  }

  private int port() {
    return this == NO_AGENT ? PORT + 1 : PORT;
  }

  private Agent<?> newAgent() {
    return switch (this) {
      case PATCHING -> throw new IllegalStateException("no engine: scenario=" + this);
      case NO_AGENT, PASS, SWAPPED -> new PassingAgent();
      case SPANS -> new SkippingAgent(8 * 1_024);
      case OPAQUE -> new SkippingAgent(1 << 30);
      case MAIL_TEXT -> SmtpAgents.inText();
      case SUBSTITUTE_1 -> SubstituteAgents.ofAbsent(1);
      case SUBSTITUTE_20 -> SubstituteAgents.ofAbsent(20);
      case EDIT_SAME, EDIT_GROWING -> SubstituteAgents.replacing(SampleText.MARK, replacement());
    };
  }

  /** The payload of a segment of {@code length} octets. */
  byte[] payload(int length, int conversation) {
    if (this == MAIL_TEXT) {
      return SmtpAgents.text(length).getBytes(StandardCharsets.ISO_8859_1);
    }
    return this == EDIT_SAME || this == EDIT_GROWING
        ? SampleText.marked(length, conversation)
        : SampleText.of(length, conversation);
  }

  /** The octets that each segment gains. */
  int growthBytes() {
    return this == EDIT_GROWING ? GROWTH_BYTES : 0;
  }

  /** Whether each two segments are swapped. */
  boolean isSwapped() {
    return this == SWAPPED;
  }

  private String replacement() {
    return "x".repeat(SampleText.MARK.length() + growthBytes());
  }

  /** An engine whose agent gets the connections to {@link #PORT}. */
  public static Engine newEngine(Agent<?> agent) {
    return newEngine(agent, Timeouts.DEFAULTS);
  }

  /** The same with other times. */
  public static Engine newEngine(Agent<?> agent, Timeouts timeouts) {
    return newEngine(PORT, agent, timeouts, CommitLog.NONE);
  }

  private static Engine newEngine(int port, Agent<?> agent, Timeouts timeouts, CommitLog log) {
    Match match = new Match(List.of(), List.of(), List.of(), List.of(PortRange.of(port)));
    Rule rule = new Rule("measured", match, Action.ALLOW, "measured", agent, Mode.ENFORCE);
    return new Engine(
        new EngineConfiguration(
            Mode.ENFORCE,
            new RuleTable(List.of(rule), Action.ALLOW, Mode.ENFORCE),
            Policies.DEFAULTS,
            EngineLimits.DEFAULTS.withConnectionBytes(MEMORY_BYTES).withTotalBytes(MEMORY_BYTES),
            timeouts,
            Vantage.INLINE),
        new HashSeed(1, 2),
        PooledByteBufAllocator.DEFAULT,
        log,
        ConnectionRouter.ALONE,
        EventSink.NONE);
  }
}
