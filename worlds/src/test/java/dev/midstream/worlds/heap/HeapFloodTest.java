package dev.midstream.worlds.heap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.flow.ExpectedConnection;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.PortRange;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.hostile.BlockAgent;
import dev.midstream.worlds.law.EngineWatch.Kept;
import dev.midstream.worlds.law.LawBroken;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The heap of an engine in a flood; {@code -Dmidstream.effort} multiplies the floods. */
@Tag("worlds")
class HeapFloodTest {
  private static final int FLOODS = 6;
  private static final int HOSTS = 6_000;
  private static final int MAX_TIMERS = 1_000_000;
  private static final int LEAKED_BYTES = 100;
  private static final int MAX_ANSWER_BYTES = 1 << 20;

  /** What is charged at once beside an answer: a segment, and what buffers and arrays take. */
  private static final int OTHER_BYTES = 1 << 16;

  private static final long MILLI = 1_000_000L;
  private static final MidStream[] POLICIES = MidStream.values();

  @Test
  @DisplayName("C-66 H-39 law 6 in a flood of forged connections the heap keeps its limits")
  void boundsTheHeapInAFlood() {
    SeededRounds.run(FLOODS, random -> flood(random, ConnectionRouter.ALONE));
  }

  @Test
  @DisplayName("law 6 an engine that keeps a little of each connection is found")
  void seesWhatIsKeptOfEachConnection() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    assertThatThrownBy(() -> flood(random, new LeakingRouter()))
        .isInstanceOf(LawBroken.class)
        .hasMessageContaining("heapBytes=");
  }

  private static void flood(RandomGenerator random, ConnectionRouter router) {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    EngineLimits limits =
        EngineLimits.DEFAULTS
            .withTotalBytes(random.nextLong(50_000, 4_000_000))
            .withConnectionBytes(random.nextLong(200_000, 8_000_000))
            .withConnections(random.nextInt(100, 5_000))
            .withCommands(random.nextInt(100, 10_000));
    int answerBytes = random.nextBoolean() ? 0 : 1 + random.nextInt(MAX_ANSWER_BYTES);
    Engine engine = engine(limits, answerBytes, random, allocator, router);
    long made = answerBytes == 0 ? 0 : limits.excessBytes() + answerBytes;
    long octets = limits.totalBytes() + made;
    Kept kept = new Kept(() -> engine, () -> allocator.metric().usedDirectMemory(), () -> octets);
    HeapWatch watch = new HeapWatch(1 + random.nextInt(50), octets + limits.connectionBytes());
    Flood flood = new Flood(random);
    long nowNanos = 0;
    for (int host = 0; host < HOSTS; host++) {
      for (Flood.Sent each : flood.next()) {
        engine.onPacket(Frames.packet(each.octets(), each.leg(), nowNanos), nowNanos, out -> {});
        watch.look(kept, nowNanos);
      }
      nowNanos += random.nextLong(random.nextInt(100) == 0 ? 2_000 * MILLI : 2 * MILLI);
      while (engine.nextDeadlineNanos() <= nowNanos) {
        engine.onTimer(nowNanos, out -> {});
      }
    }
    watch.check();
    assertThat(engine.budget().peakBytes())
        .isLessThanOrEqualTo(
            limits.totalBytes() + limits.excessBytes() + answerBytes + OTHER_BYTES);
    endAll(engine);
    watch.check();
    assertThat(engine.connections()).isZero();
    assertThat(engine.budget().usedBytes()).isZero();
  }

  private static void endAll(Engine engine) {
    for (int i = 0; engine.nextDeadlineNanos() < Long.MAX_VALUE; i++) {
      assertThat(i).as("timers").isLessThan(MAX_TIMERS);
      engine.onTimer(engine.nextDeadlineNanos(), out -> {});
    }
  }

  /** An engine that edits one half of the ports with a rule, and monitors the other half. */
  private static Engine engine(
      EngineLimits limits,
      int answerBytes,
      RandomGenerator random,
      ByteBufAllocator allocator,
      ConnectionRouter router) {
    int half = 1 + Flood.PORTS / 2;
    List<Rule> rules =
        List.of(
            rule("edited", 1, half, Mode.ENFORCE, agent(answerBytes, random)),
            rule("monitored", half, Flood.PORTS, Mode.MONITOR, agent(answerBytes, random)));
    return new Engine(
        new EngineConfiguration(
            Mode.ENFORCE,
            new RuleTable(rules, Action.ALLOW, Mode.ENFORCE),
            Policies.DEFAULTS.withMidStream(POLICIES[random.nextInt(POLICIES.length)]),
            limits,
            Timeouts.DEFAULTS,
            Vantage.INLINE),
        new HashSeed(1, 2),
        allocator,
        CommitLog.NONE,
        router,
        EventSink.NONE);
  }

  /** An agent with any decisions, or one that answers all octets with {@code answerBytes}. */
  private static LambdaAgent agent(int answerBytes, RandomGenerator random) {
    if (answerBytes == 0) {
      return BlockAgent.of(random.nextLong());
    }
    Octets answer = Octets.of(new byte[answerBytes]);
    return LambdaAgent.by((direction, view, out) -> {
      out.pass(view.length());
      out.reply(direction.opposite(), answer);
    });
  }

  private static Rule rule(String name, int first, int end, Mode mode, LambdaAgent agent) {
    Match match = new Match(List.of(), List.of(), List.of(), List.of(new PortRange(first, end)));
    return new Rule(name, match, Action.ALLOW, "flood", agent, mode);
  }

  /** Keeps some octets for each pair of ports. */
  private static final class LeakingRouter implements ConnectionRouter {
    private final Map<Long, byte[]> leaked = new HashMap<>();

    @Override
    public int ownerOf(
        int network,
        long sourceHigh,
        long sourceLow,
        long destinationHigh,
        long destinationLow,
        int sourcePort,
        int destinationPort) {
      leaked.put(sourcePort * 65_536L + destinationPort, new byte[LEAKED_BYTES]);
      return SELF;
    }

    @Override
    public boolean handOff(int owner, Packet packet) {
      return false;
    }

    @Override
    public boolean expect(ExpectedConnection expected) {
      return true;
    }

    @Override
    public void opened(ExpectedConnection expected, @Nullable ConnectionKey ends) {}

    @Override
    public void recorded(ExpectedConnection expected, ConnectionKey ends) {}

    @Override
    public void withdraw(ExpectedConnection expected) {}
  }
}
