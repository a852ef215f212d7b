package dev.midstream.worlds.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.OctetEdits;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.Draws;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.link.AimedFault;
import dev.midstream.testkit.sim.oracle.StreamOracle;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.Ending;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.EnginePlan;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Genuine and forged resets, and new connections that replace old ones, between simulated
 * endpoints.
 */
@Tag("worlds")
class ResetsTest {
  private static final int ROUNDS = 500;
  private static final int GUESSES = 200;
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;
  private static final long HOUR = 3_600 * SECOND;
  private static final long TOMBSTONE_NANOS = 61 * SECOND;
  private static final int MAX_BYTES = 30_000;

  @Test
  @DisplayName("T-12 C-39 H-40 guessed resets in the window end no connection and change no stream")
  void guessedResetsEndNothing() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          OctetEdits edits = OctetEdits.any(random);
          SimulatedNetwork network = new SimulatedNetwork(Draws.path(random), random.nextLong());
          Conversation talk = guess(network, edits.agent(), random);
          assertThat(network.runUntilDone(HOUR)).as("ends: %s", talk).isTrue();
          new StreamOracle(edits::apply, edits::apply).checkComplete(talk);
        });
  }

  @Test
  @DisplayName("T-12 C-39 H-40 guessed resets end nothing where deletions map many numbers to one")
  void guessedResetsInDeletionsEndNothing() {
    SeededRounds.run(
        ROUNDS,
        random ->
            guess(
                new SimulatedNetwork(Draws.path(random), random.nextLong()),
                deletingMost(),
                random));
  }

  /** Deletes nearly all octets. */
  private static LambdaAgent deletingMost() {
    return LambdaAgent.by((direction, view, out) -> {
      for (int at = 0; at < view.length(); at++) {
        if ((view.at(at) & 63) == 1) {
          out.pass(1);
        } else {
          out.replace(1, Octets.empty());
        }
      }
    });
  }

  /** Sends guessed resets during a conversation; none may be accepted. */
  private static Conversation guess(
      SimulatedNetwork network, Agent<?> agent, RandomGenerator random) {
    Engine engine = EnginePlan.PLAIN.engine(agent);
    Ends ends = Ends.IPV4.withIsns(Draws.isn(random), Draws.isn(random));
    ExactResetNumbers client = new ExactResetNumbers(ends, Leg.INSIDE);
    ExactResetNumbers server = new ExactResetNumbers(ends, Leg.OUTSIDE);
    network.place(engine).observe(client).observe(server);
    Conversation talk =
        network.open(
            ends,
            Party.opening(options(random), Draws.writing(random, MAX_BYTES).close()),
            Party.waiting(options(random), Draws.writing(random, MAX_BYTES).close()));
    for (int i = 0; i < GUESSES; i++) {
      network.runUntil(network.nowNanos() + random.nextLong(25 * MILLI));
      boolean inside = random.nextBoolean();
      guess(network, ends, inside ? Leg.INSIDE : Leg.OUTSIDE, inside ? client : server, random);
    }
    assertThat(List.of(talk.client().ending(), talk.server().ending()))
        .doesNotContain(Ending.RESET);
    assertThat(engine.counters().of(Reason.RESET)).isZero();
    return talk;
  }

  private static void guess(
      SimulatedNetwork network,
      Ends ends,
      Leg leg,
      ExactResetNumbers numbers,
      RandomGenerator random) {
    long distance =
        switch (random.nextInt(4)) {
          case 0 -> random.nextLong(-20, 20);
          case 1 -> random.nextLong(-2_000, 2_000);
          case 2 -> random.nextLong(-300_000, 300_000);
          default -> random.nextInt();
        };
    long offset = numbers.next() + distance;
    if (numbers.isExact(offset)) {
      return;
    }
    int flags = random.nextBoolean() ? TcpFlags.RST : TcpFlags.RST | TcpFlags.ACK;
    boolean inside = leg == Leg.INSIDE;
    network.inject(
        leg,
        new FrameBuilder(ends, inside ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT)
            .flags(flags)
            .sequence(numbers.sequenceOf(offset))
            .acknowledgement(random.nextInt())
            .window(random.nextInt(65_536))
            .build());
  }

  @Test
  @DisplayName("T-12 C-38 H-40 H-51 an abort resets the other endpoint, whatever is in flight")
  void forwardsAborts() {
    SeededRounds.run(ROUNDS, random -> abort(random, false));
  }

  @Test
  @DisplayName("T-12 C-38 H-40 after a lost reset the next segment is answered by a reset")
  void retransmitsLostAborts() {
    SeededRounds.run(ROUNDS, random -> abort(random, true));
  }

  private static void abort(RandomGenerator random, boolean lost) {
    OctetEdits edits = OctetEdits.any(random);
    boolean holds = random.nextBoolean();
    Agent<?> agent = holds ? HoldingEdits.agent() : edits.agent();
    Engine engine = EnginePlan.PLAIN.engine(agent);
    Path path = Draws.path(random);
    SimulatedNetwork network = new SimulatedNetwork(path, random.nextLong()).place(engine);
    Ends ends = Ends.IPV6.withIsns(Draws.isn(random), Draws.isn(random));
    long abortNanos = 3 * path.delayNanos() + random.nextLong(10 * path.delayNanos());
    long laterNanos = abortNanos + 10 * SECOND;
    boolean clientAborts = random.nextBoolean();
    Application aborting = Draws.writing(random, MAX_BYTES).until(abortNanos).abort();
    Application other = Draws.writing(random, MAX_BYTES).until(laterNanos).write("still there?");
    if (lost) {
      AimedFault fault = AimedFault.drop(1, AimedFault.flags(TcpFlags.RST));
      network.aim(random.nextBoolean() ? Leg.INSIDE : Leg.OUTSIDE, direction(clientAborts), fault);
    }
    Conversation talk =
        network.open(
            ends,
            Party.opening(options(random), clientAborts ? aborting : other),
            Party.waiting(options(random), clientAborts ? other : aborting));
    TcpEndpoint left = clientAborts ? talk.server() : talk.client();

    // Octets in flight are acknowledged, at the latest after a delayed acknowledgement.
    long soonNanos = abortNanos + 3 * path.delayNanos() + 50 * MILLI;
    network.runUntil(lost ? laterNanos + soonNanos - abortNanos : soonNanos);
    assertThat(left.ending()).as("ends: %s", talk).isEqualTo(Ending.RESET);
    assertThat(engine.budget().usedBytes()).isZero();
    network.runUntil(network.nowNanos() + 2 * TOMBSTONE_NANOS);
    assertThat(engine.connections()).isZero();
  }

  @Test
  @DisplayName("C-38 H-40 an abort resets an endpoint whose segments no longer reach the engine")
  void forwardsAbortsToASilentEndpoint() {
    SeededRounds.run(ROUNDS, ResetsTest::abortUnheard);
  }

  private static void abortUnheard(RandomGenerator random) {
    OctetEdits edits = OctetEdits.any(random);
    Engine engine = EnginePlan.PLAIN.engine(edits.agent());
    Path path = Draws.path(random);
    SimulatedNetwork network = new SimulatedNetwork(path, random.nextLong()).place(engine);
    int received = 1 + random.nextInt(4);
    for (int nth = received + 1; nth < 100; nth++) {
      AimedFault fault = AimedFault.drop(nth, AimedFault::any);
      network.aim(Leg.OUTSIDE, Direction.SERVER_TO_CLIENT, fault);
    }
    Conversation talk =
        network.open(
            Ends.IPV4,
            Party.opening(
                options(random),
                Draws.writing(random, MAX_BYTES).until(9 * path.delayNanos()).abort()),
            Party.waiting(options(random), new Application()));

    network.runUntil(20 * path.delayNanos());
    assertThat(talk.client().ending()).isEqualTo(Ending.ABORTED);
    assertThat(talk.server().ending()).as("ends: %s", talk).isEqualTo(Ending.RESET);
  }

  @Test
  @DisplayName("H-51 a restarted endpoint resets the other one with the ACK that it received")
  void forwardsTheResetOfARestartedEndpoint() {
    SeededRounds.run(ROUNDS, ResetsTest::restart);
  }

  private static void restart(RandomGenerator random) {
    OctetEdits edits = OctetEdits.any(random);
    Engine engine = EnginePlan.PLAIN.engine(edits.agent());
    Path path = Draws.path(random);
    SimulatedNetwork network = new SimulatedNetwork(path, random.nextLong()).place(engine);
    long restartNanos = 3 * path.delayNanos() + random.nextLong(10 * path.delayNanos());
    Application restarting = Draws.writing(random, MAX_BYTES).until(restartNanos).vanish();
    Application other = Draws.writing(random, MAX_BYTES).until(10 * SECOND).write("still there?");
    boolean clientRestarts = random.nextBoolean();
    Conversation talk =
        network.open(
            Ends.IPV4,
            Party.opening(options(random), clientRestarts ? restarting : other),
            Party.waiting(options(random), clientRestarts ? other : restarting));

    network.runUntil(11 * SECOND);
    TcpEndpoint left = clientRestarts ? talk.server() : talk.client();
    assertThat(left.ending()).as("ends: %s", talk).isEqualTo(Ending.RESET);
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("T-15 C-40 H-24 a new connection replaces an old one with octets in flight")
  void opensANewConnectionOverAnOldOne() {
    SeededRounds.run(ROUNDS, ResetsTest::reuse);
  }

  private static void reuse(RandomGenerator random) {
    OctetEdits edits = OctetEdits.any(random);
    Engine engine = EnginePlan.PLAIN.engine(edits.agent());
    Path path = Draws.path(random);
    SimulatedNetwork network = new SimulatedNetwork(path, random.nextLong()).place(engine);
    Ends ends = Ends.IPV4.withIsns(Draws.isn(random), Draws.isn(random));
    long againNanos = 3 * path.delayNanos() + random.nextLong(10 * path.delayNanos());
    EndpointOptions client = options(random);
    EndpointOptions server = options(random);
    Conversation old =
        network.open(
            ends,
            Party.opening(client, Draws.writing(random, MAX_BYTES).until(againNanos).vanish()),
            Party.waiting(server, Draws.writing(random, MAX_BYTES)));
    Conversation talk =
        network.open(
            ends.withIsns(random.nextInt(), random.nextInt()),
            Party.opening(client, Draws.writing(random, MAX_BYTES).close()),
            Party.waiting(server, Draws.writing(random, MAX_BYTES).close()),
            againNanos);

    assertThat(network.runUntilDone(HOUR)).as("old: %s\nnew: %s", old, talk).isTrue();
    assertThat(old.server().ending()).isEqualTo(Ending.RESET);
    new StreamOracle(edits::apply, edits::apply).checkSoFar(old);
    new StreamOracle(edits::apply, edits::apply).checkComplete(talk);
    assertThat(talk.server().counters().get(Counter.CONFLICTS)).isZero();
    network.runUntil(network.nowNanos() + 500 * SECOND);
    assertThat(engine.connections()).isZero();
    assertThat(engine.budget().usedBytes()).isZero();
  }

  private static Direction direction(boolean fromClient) {
    return fromClient ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
  }

  private static EndpointOptions options(RandomGenerator random) {
    return random.nextBoolean()
        ? EndpointOptions.MODERN
        : EndpointOptions.CLASSIC.with(Behaviour.CHALLENGE_ACKS);
  }
}
