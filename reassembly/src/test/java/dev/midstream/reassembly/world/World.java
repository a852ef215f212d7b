package dev.midstream.reassembly.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.EngineConnections;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.testkit.notation.Departure;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.random.RandomGenerator;

/** One random conversation, an engine with an agent that edits it, and what comes out. */
final class World {
  private final RandomGenerator random;
  private final Ends ends;
  private final EditTable table;
  private final Conversation conversation;
  private final NaiveReceiver receiver;
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
  private final StringBuilder trace = new StringBuilder();

  World(RandomGenerator random, Conversation.Ending ending) {
    this(random, ending, Conversation.Recorder.PERFECT);
  }

  World(RandomGenerator random, Conversation.Ending ending, Conversation.Recorder recorder) {
    this.random = random;
    Ends base = random.nextBoolean() ? Ends.IPV4 : Ends.IPV6;
    ends = base.withVlans(random.nextInt(3)).withIsns(number(random), number(random));
    table = EditTable.of(random);
    boolean perfect = recorder == Conversation.Recorder.PERFECT;
    conversation =
        Conversation.of(
            random,
            ends,
            EditTable.stream(random, random.nextInt(160), perfect),
            EditTable.stream(random, random.nextInt(160), perfect),
            ending,
            recorder);
    receiver = new NaiveReceiver(ends, perfect);
  }

  /** The conversation as it was recorded. */
  Conversation conversation() {
    return conversation;
  }

  /** What came out. */
  NaiveReceiver receiver() {
    return receiver;
  }

  /** What came in and what left, in packet notation; only when one world is replayed. */
  String trace() {
    return table + "\n" + trace;
  }

  /** An engine that gives every connection to the agent. */
  Engine engine(Mode mode, Vantage vantage) {
    Rule rule = new Rule("all", Match.ANY, Action.ALLOW, "table", new TableAgent(table), mode);
    Policies.OutOfOrder[] orders = Policies.OutOfOrder.values();
    Policies.OutOfOrder order = orders[random.nextInt(orders.length)];
    Policies plain = Policies.DEFAULTS;
    Policies policies =
        new Policies(
            order,
            plain.midStream(),
            plain.onAgentFailure(),
            plain.onHoldLimit(),
            plain.urgent(),
            plain.multipath());
    return new Engine(
        new EngineConfiguration(
            Mode.ENFORCE,
            new RuleTable(List.of(rule), Action.ALLOW, Mode.ENFORCE),
            policies,
            EngineLimits.DEFAULTS,
            Timeouts.DEFAULTS,
            vantage),
        new HashSeed(1, 2),
        allocator,
        EventSink.NONE);
  }

  /**
   * Puts the recording through {@code engine}, which has to give back all memory at the end; {@code
   * afterEach} looks at it after each packet.
   */
  void play(Engine engine, Runnable afterEach) {
    Packet packet = new Packet();
    long nowNanos = 0;
    for (RecordedPacket recorded : conversation.packets()) {
      nowNanos = recorded.timeNanos();
      fireTimers(engine, nowNanos);
      byte[] frame = recorded.frame().toArray();
      packet
          .at(MemorySegment.ofArray(frame), 0, frame.length)
          .from(LinkType.ETHERNET, Ends.legOfSender(recorded.direction()), 0, nowNanos);
      trace("", packet, packet.leg().opposite());
      EngineConnections.forEach(
          engine, connection -> receiver.trusts(connection.handling() == Handling.EDITED));
      Disposition disposition =
          engine.onPacket(packet, nowNanos, emitted -> take(emitted, emitted.leg()));
      if (disposition == Disposition.FORWARD) {
        take(packet, Ends.legOfSender(recorded.direction()).opposite());
      }
      afterEach.run();
    }
    engine.finish(nowNanos, emitted -> take(emitted, emitted.leg()));
    assertThat(allocator.metric().usedDirectMemory()).as("kept at the end").isZero();
  }

  /** What the receiver of a direction must get. */
  ExpectedStream expected(Direction direction) {
    return new ExpectedStream(table, conversation.stream(direction));
  }

  private void fireTimers(Engine engine, long nowNanos) {
    for (long due = engine.nextDeadlineNanos(); due <= nowNanos; due = engine.nextDeadlineNanos()) {
      engine.onTimer(due, emitted -> take(emitted, emitted.leg()));
    }
  }

  private void take(Packet packet, Leg leg) {
    trace("    left ", packet, leg);
    receiver.take(packet, leg);
  }

  private void trace(String indent, Packet packet, Leg leg) {
    if (SeededRounds.isReplay()) {
      trace.append(indent).append(Departure.of(packet, leg).line(ends)).append('\n');
    }
  }

  private static int number(RandomGenerator random) {
    return switch (random.nextInt(3)) {
      case 0 -> -random.nextInt(1, 200);
      case 1 -> Integer.MAX_VALUE - random.nextInt(200);
      default -> random.nextInt();
    };
  }
}
