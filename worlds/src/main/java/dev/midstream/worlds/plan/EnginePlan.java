package dev.midstream.worlds.plan;

import dev.midstream.agent.Agent;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.EngineResources;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.fastpath.FastPathTerms;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.reassembly.rule.Policies.OutOfOrder;
import dev.midstream.reassembly.rule.Policies.Urgent;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RulePolicies;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;

/**
 * The engine of a world.
 *
 * @param treatment what its rules do with the connection
 * @param vantage inline, or reading a recording
 * @param policies its policies
 * @param limits its limits
 * @param joinSegments it starts after so many segments of each end passed; 0 from the start
 * @param ofRule whether the rule says what the policies and limits of holding are, and the program
 *     says the opposite
 * @param moveOneIn after one in so many calls it writes its connections as octets, forgets them,
 *     and goes on with what it reads; 0 for never
 * @param parkNanos silence after which it parks connections at rest
 * @param commits when the records of its connections are committed
 */
public record EnginePlan(
    Treatment treatment,
    Vantage vantage,
    Policies policies,
    EngineLimits limits,
    int joinSegments,
    boolean ofRule,
    int moveOneIn,
    long parkNanos,
    CommitPlan commits) {
  private static final int FEW_BYTES = 1;

  /** What the rules do with the connection. */
  public enum Treatment {
    /** An agent edits it. */
    EDIT,
    /** An agent is shown its octets; nothing is changed. */
    MONITOR,
    /** No rule matches. */
    NO_RULE
  }

  /** An inline engine with defaults. */
  public static final EnginePlan PLAIN =
      new EnginePlan(
          Treatment.EDIT,
          Vantage.INLINE,
          Policies.DEFAULTS,
          EngineLimits.DEFAULTS,
          0,
          false,
          0,
          Timeouts.DEFAULTS.parkNanos(),
          CommitPlan.NONE);

  /** An engine that gives the connection to {@code agent}. */
  public Engine engine(Agent<?> agent) {
    return engine(agent, new UnpooledByteBufAllocator(true, true));
  }

  /**
   * An engine that gives the connection to {@code agent} and stores octets in {@code allocator}.
   */
  public Engine engine(Agent<?> agent, ByteBufAllocator allocator) {
    return engine(rules(agent), allocator, EventSink.NONE);
  }

  /** As {@link #engine(Agent, ByteBufAllocator)}; it writes records to {@code log}. */
  public Engine engine(Agent<?> agent, ByteBufAllocator allocator, CommitLog log) {
    return engine(rules(agent), allocator, log, EventSink.NONE);
  }

  /** As {@link #engine(Agent, ByteBufAllocator, CommitLog)}, with a hash seed and a fast path. */
  public Engine engine(
      HashSeed seed,
      Agent<?> agent,
      ByteBufAllocator allocator,
      CommitLog log,
      FastPathTerms fastPath) {
    EngineConfiguration configuration = configuration(table(rules(agent)));
    EngineResources resources = new EngineResources(configuration, allocator, fastPath);
    return new Engine(configuration, seed, resources, log, ConnectionRouter.ALONE, EventSink.NONE);
  }

  private List<Rule> rules(Agent<?> agent) {
    return treatment == Treatment.NO_RULE ? List.of() : List.of(rule("all", Match.ANY, agent));
  }

  /** The table of {@code rules}; connections of none of them are not inspected. */
  public static RuleTable table(List<Rule> rules) {
    return new RuleTable(rules, Action.ALLOW, Mode.ENFORCE);
  }

  /** The rule that treats the connections of {@code match} so; not without a rule. */
  public Rule rule(String name, Match match, Agent<?> agent) {
    Mode mode = treatment == Treatment.MONITOR ? Mode.MONITOR : Mode.ENFORCE;
    return new Rule(name, match, Action.ALLOW, "world", agent, mode, ownPolicies(), List.of());
  }

  private RulePolicies ownPolicies() {
    return ofRule
        ? new RulePolicies(
            policies.onNotMine(),
            policies.onAgentFailure(),
            policies.onHoldLimit(),
            limits.holdBytes(),
            limits.holdNanos())
        : RulePolicies.NONE;
  }

  private Policies policiesOfProgram() {
    return ofRule
        ? with(
            opposite(policies.onNotMine()),
            opposite(policies.onAgentFailure()),
            opposite(policies.onHoldLimit()))
        : policies;
  }

  private EngineLimits limitsOfProgram() {
    return ofRule ? limits.withHoldBytes(FEW_BYTES).withHoldNanos(FEW_BYTES) : limits;
  }

  private static OnFailure opposite(OnFailure policy) {
    return policy == OnFailure.PASS ? OnFailure.RESET : OnFailure.PASS;
  }

  /** An engine with {@code rules}. */
  public Engine engine(List<Rule> rules, ByteBufAllocator allocator, EventSink events) {
    return engine(rules, allocator, CommitLog.NONE, events);
  }

  /** An engine with {@code rules} that writes records to {@code log}. */
  public Engine engine(
      List<Rule> rules, ByteBufAllocator allocator, CommitLog log, EventSink events) {
    return engine(new HashSeed(1, 2), table(rules), allocator, log, events);
  }

  /** An engine that hashes with {@code seed}, with {@code rules} and what they do with the rest. */
  public Engine engine(
      HashSeed seed, RuleTable rules, ByteBufAllocator allocator, CommitLog log, EventSink events) {
    EngineConfiguration configuration = configuration(rules);
    return new Engine(configuration, seed, allocator, log, ConnectionRouter.ALONE, events);
  }

  private EngineConfiguration configuration(RuleTable rules) {
    return new EngineConfiguration(
        Mode.ENFORCE,
        rules,
        policiesOfProgram(),
        limitsOfProgram(),
        Timeouts.DEFAULTS.withPark(parkNanos),
        vantage);
  }

  /** The same with another {@code limits.hold-time}. */
  public EnginePlan withHoldTime(long nanos) {
    return withLimits(limits.withHoldNanos(nanos));
  }

  /** The same with another {@code limits.hold-bytes}. */
  EnginePlan withHoldBytes(int bytes) {
    return withLimits(limits.withHoldBytes(bytes));
  }

  /** The same, started after {@code segments} of each end, with a policy for what it meets. */
  EnginePlan joining(int segments, MidStream policy) {
    Policies changed = policies.withMidStream(policy);
    return new EnginePlan(
        treatment, vantage, changed, limits, segments, ofRule, moveOneIn, parkNanos, commits);
  }

  /** Whether it starts after the handshake. */
  public boolean isJoining() {
    return joinSegments > 0;
  }

  /** Whether it resets a connection that was opened before it started. */
  public boolean isResettingMidStream() {
    return isJoining() && treatment == Treatment.EDIT && policies.midStream() == MidStream.RESET;
  }

  /** Whether it edits a connection that was opened before it started. */
  public boolean isPickingUp() {
    return isJoining() && treatment == Treatment.EDIT && policies.midStream() == MidStream.PICK_UP;
  }

  /** Whether the connection is edited from its first octet on. */
  public boolean isEditing() {
    return treatment == Treatment.EDIT && !isJoining();
  }

  /** Whether an agent sees the octets of the connection, from the first one on. */
  public boolean isInspecting() {
    return treatment != Treatment.NO_RULE && !isJoining();
  }

  /** Whether the connection is reset when its agent throws. */
  public boolean isResettingOnFailure() {
    return policies.onAgentFailure() == OnFailure.RESET;
  }

  /** Whether the connection is reset when its agent does not know the protocol. */
  public boolean isResettingOnNotMine() {
    return isEditing() && policies.onNotMine() == OnFailure.RESET;
  }

  /** Whether undecided octets pass after a short silence of their sender. */
  public boolean isFlushing() {
    return isEditing() && limits.holdNanos() < EngineLimits.DEFAULTS.holdNanos();
  }

  /**
   * Whether a limit is not its default. The hold time does not count: it limits nothing of an agent
   * that leaves nothing undecided.
   */
  public boolean isLimited() {
    EngineLimits defaults = EngineLimits.DEFAULTS;
    return !limits.withHoldNanos(defaults.holdNanos()).equals(defaults);
  }

  /** Whether an agent may want to hold more than it may. */
  public boolean isLimitingHold() {
    return isEditing() && limits.holdBytes() < EngineLimits.DEFAULTS.holdBytes();
  }

  /** Whether the connection is reset when its agent holds too much. */
  public boolean isResettingOnHold() {
    return policies.onHoldLimit() == OnFailure.RESET;
  }

  /**
   * Whether the engine may drop octets that reached it: after every gap, or because one world uses
   * up the total limit.
   */
  public boolean isDropping() {
    return policies.outOfOrder() == OutOfOrder.DISCARD || isShortOfMemory();
  }

  /** Whether one world may use up the total limit. */
  public boolean isShortOfMemory() {
    return limits.totalBytes() < EngineLimits.DEFAULTS.totalBytes();
  }

  /** The same rules for a recording or inline. */
  public EnginePlan at(Vantage other) {
    return new EnginePlan(
        treatment, other, policies, limits, joinSegments, ofRule, moveOneIn, parkNanos, commits);
  }

  /** The same with another treatment. */
  public EnginePlan withTreatment(Treatment other) {
    return new EnginePlan(
        other, vantage, policies, limits, joinSegments, ofRule, moveOneIn, parkNanos, commits);
  }

  /** The same, where the rule or the program says what the policies are. */
  EnginePlan withOfRule(boolean other) {
    return new EnginePlan(
        treatment, vantage, policies, limits, joinSegments, other, moveOneIn, parkNanos, commits);
  }

  /** The same, moved after one in so many calls. */
  public EnginePlan withMoves(int oneIn) {
    return new EnginePlan(
        treatment, vantage, policies, limits, joinSegments, ofRule, oneIn, parkNanos, commits);
  }

  /** The same, but parking connections after {@code nanos} of silence. */
  EnginePlan withPark(long nanos) {
    return new EnginePlan(
        treatment, vantage, policies, limits, joinSegments, ofRule, moveOneIn, nanos, commits);
  }

  /** The same, dying after one in so many calls. */
  EnginePlan withTakeovers(int oneIn) {
    return withCommits(commits.withTakeovers(oneIn));
  }

  /** After one in so many calls another engine goes on with what is essential; 0 for never. */
  public int takeOverOneIn() {
    return commits.takeOverOneIn();
  }

  /** Whether another engine may go on with what is essential. */
  public boolean isTakenOver() {
    return takeOverOneIn() > 0;
  }

  /** The same, but records of its connections are committed as {@code other} says. */
  public EnginePlan withCommits(CommitPlan other) {
    return new EnginePlan(
        treatment, vantage, policies, limits, joinSegments, ofRule, moveOneIn, parkNanos, other);
  }

  /** The same with another policy for segments after a gap. */
  public EnginePlan withOutOfOrder(OutOfOrder other) {
    return withPolicies(other, policies.urgent());
  }

  /** The same with other policies for an agent that throws and for one that holds too much. */
  public EnginePlan onFailure(OnFailure failure, OnFailure hold) {
    return withPolicies(with(policies.onNotMine(), failure, hold));
  }

  /** The same with another policy for an agent that does not know the protocol. */
  EnginePlan onNotMine(OnFailure other) {
    return withPolicies(with(other, policies.onAgentFailure(), policies.onHoldLimit()));
  }

  /** The same with another policy for urgent octets. */
  public EnginePlan withUrgent(Urgent other) {
    return withPolicies(policies.outOfOrder(), other);
  }

  /** The same with other limits. */
  public EnginePlan withLimits(EngineLimits other) {
    return new EnginePlan(
        treatment, vantage, policies, other, joinSegments, ofRule, moveOneIn, parkNanos, commits);
  }

  private EnginePlan withPolicies(OutOfOrder order, Urgent urgent) {
    return withPolicies(
        new Policies(
            order,
            policies.midStream(),
            policies.onNotMine(),
            policies.onAgentFailure(),
            policies.onHoldLimit(),
            urgent,
            policies.multipath()));
  }

  private Policies with(OnFailure notMine, OnFailure failure, OnFailure hold) {
    return new Policies(
        policies.outOfOrder(),
        policies.midStream(),
        notMine,
        failure,
        hold,
        policies.urgent(),
        policies.multipath());
  }

  private EnginePlan withPolicies(Policies other) {
    return new EnginePlan(
        treatment, vantage, other, limits, joinSegments, ofRule, moveOneIn, parkNanos, commits);
  }
}
