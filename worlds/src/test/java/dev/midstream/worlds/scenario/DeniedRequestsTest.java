package dev.midstream.worlds.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.Draws;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.oracle.MonotonyOracle;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.EnginePlan;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Denied requests between simulated endpoints, while the server sends and segments are lost. */
class DeniedRequestsTest {
  private static final long MILLI = 1_000_000L;
  private static final long HOUR = 3_600_000 * MILLI;
  private static final int ROUNDS = 200;
  private static final int MAX_REQUESTS = 40;
  private static final String ANSWER = "no\n";

  @Test
  @DisplayName(
      "T-9 H-33 H-34 C-61 C-64 one reply to each denial, with server octets in flight, lost,"
          + " opaque, and few commands")
  void repliesToEachDenialOnce() {
    SeededRounds.run(ROUNDS, DeniedRequestsTest::talk);
  }

  private static void talk(RandomGenerator random) {
    boolean opaque = random.nextBoolean();
    Ends ends = Ends.IPV4.withIsns(Draws.isn(random), Draws.isn(random));
    Engine engine = EnginePlan.PLAIN.withLimits(limits(random)).engine(denying(opaque));
    SimulatedNetwork network = new SimulatedNetwork(path(random), random.nextLong()).place(engine);
    for (Leg leg : Leg.values()) {
      network.observe(new MonotonyOracle(Place.OUT_OF_BOX, leg, ends));
    }
    String requests = requests(random);
    String stream = "s".repeat(random.nextInt(20_000));
    Conversation talk =
        network.open(
            ends,
            Party.opening(options(random), spread(requests, random).close()),
            Party.waiting(options(random), spread(stream, random).awaitEnd().close()));

    assertThat(network.runUntilDone(HOUR)).as("ends: %s", talk).isTrue();
    assertThat(text(talk.server().received())).isEqualTo(requests.replaceAll("D.*\n", ""));
    String received = text(talk.client().received());
    assertThat(received.replace(ANSWER, "")).isEqualTo(stream);
    long denied = requests.chars().filter(octet -> octet == 'D').count();
    assertThat(received.length()).isEqualTo(stream.length() + denied * ANSWER.length());
    assertThat(talk.client().counters().get(Counter.CONFLICTS)).isZero();
    assertThat(talk.server().counters().get(Counter.CONFLICTS)).isZero();
    assertThat(engine.budget().usedBytes()).isZero();
  }

  private static EngineLimits limits(RandomGenerator random) {
    return random.nextBoolean()
        ? EngineLimits.DEFAULTS
        : EngineLimits.DEFAULTS.withCommands(1 + random.nextInt(8));
  }

  /** Deletes client lines that start with "D" and replies to them. */
  private static Agent<?> denying(boolean opaque) {
    return opaque
        ? LineAgents.denyingWithOpaqueServer("D", ANSWER)
        : LineAgents.denying("D", ANSWER);
  }

  private static String requests(RandomGenerator random) {
    StringBuilder lines = new StringBuilder();
    for (int i = random.nextInt(MAX_REQUESTS); i >= 0; i--) {
      lines.append(random.nextBoolean() ? "D" : "a").append("x".repeat(random.nextInt(100)));
      lines.append('\n');
    }
    return lines.toString();
  }

  /** Writes {@code text} in parts with pauses. */
  private static Application spread(String text, RandomGenerator random) {
    Application application = new Application();
    int at = 0;
    while (at < text.length()) {
      int end = Math.min(text.length(), at + 1 + random.nextInt(3_000));
      application.write(text.substring(at, end)).pause(random.nextLong(30 * MILLI));
      at = end;
    }
    return application;
  }

  private static Path path(RandomGenerator random) {
    WireFaults faults = random.nextBoolean() ? WireFaults.losing(0.05) : WireFaults.NONE;
    return Path.of(1 + random.nextLong(30 * MILLI))
        .withBoxAt(random.nextInt(101))
        .withFaults(random.nextBoolean() ? faults : faults.withReordering(0.1, 20 * MILLI));
  }

  private static EndpointOptions options(RandomGenerator random) {
    return random.nextBoolean() ? EndpointOptions.MODERN : EndpointOptions.CLASSIC;
  }

  private static String text(byte[] octets) {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }
}
