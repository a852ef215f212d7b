package dev.midstream.reassembly.law;

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
import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.reassembly.rule.Policies.OutOfOrder;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;

/**
 * The engine of a world.
 *
 * @param treatment what its rules say of the connection
 * @param outOfOrder what becomes of segments behind a gap
 * @param onFailure what becomes of the connection when its agent throws
 * @param limits its bounds
 */
record EnginePlan(
    Treatment treatment, OutOfOrder outOfOrder, OnFailure onFailure, EngineLimits limits) {

  /** What the rules say. */
  enum Treatment {
    /** An agent decides. */
    EDIT,
    /** An agent is shown everything, and nothing is done. */
    MONITOR,
    /** No rule matches. */
    NO_RULE
  }

  /** The plain engine. */
  static final EnginePlan PLAIN =
      new EnginePlan(
          Treatment.EDIT, OutOfOrder.DELAY_JOINED, OnFailure.PASS, EngineLimits.DEFAULTS);

  /** An engine inline that gives the connection to {@code agent}. */
  Engine engine(Agent<?> agent, ByteBufAllocator allocator) {
    Mode mode = treatment == Treatment.MONITOR ? Mode.MONITOR : Mode.ENFORCE;
    Rule rule = new Rule("all", Match.ANY, Action.ALLOW, "law", agent, mode);
    List<Rule> rules = treatment == Treatment.NO_RULE ? List.of() : List.of(rule);
    Policies plain = Policies.DEFAULTS;
    Policies policies =
        new Policies(
            outOfOrder,
            plain.midStream(),
            onFailure,
            plain.onHoldLimit(),
            plain.urgent(),
            plain.multipath());
    return new Engine(
        new EngineConfiguration(
            Mode.ENFORCE,
            new RuleTable(rules, Action.ALLOW, Mode.ENFORCE),
            policies,
            limits,
            Timeouts.DEFAULTS,
            Vantage.INLINE),
        new HashSeed(1, 2),
        allocator,
        EventSink.NONE);
  }

  /** Whether the connection is edited. */
  boolean isEditing() {
    return treatment == Treatment.EDIT;
  }

  EnginePlan withOutOfOrder(OutOfOrder other) {
    return new EnginePlan(treatment, other, onFailure, limits);
  }

  /**
   * Whether the engine may drop octets that reached it: behind every gap, or because those of one
   * world use up what it may keep.
   */
  boolean isDropping() {
    return outOfOrder == OutOfOrder.DISCARD
        || limits.totalBytes() < EngineLimits.DEFAULTS.totalBytes();
  }

  EnginePlan withLimits(EngineLimits other) {
    return new EnginePlan(treatment, outOfOrder, onFailure, other);
  }
}
