package dev.midstream.worlds.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.Draws;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.plan.EnginePlan;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One side of the path is dead for a while, with octets in custody on their way there. */
class OutageTest {
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;
  private static final long HOUR = 3_600 * SECOND;
  private static final int ROUNDS = 300;
  private static final String ANSWER = "no\n";

  /** Loses every packet from and to {@code leg} for a while. */
  private record Outage(Box box, Leg leg, long fromNanos, long untilNanos) implements Box {
    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      boolean arrives = packet.leg() != leg;
      if (!arrives && isDead(nowNanos)) {
        return Disposition.TAKEN;
      }
      Disposition disposition = box.onPacket(packet, nowNanos, alive(nowNanos, out));
      return arrives && isDead(nowNanos) ? Disposition.TAKEN : disposition;
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {
      box.onTimer(nowNanos, alive(nowNanos, out));
    }

    @Override
    public long nextDeadlineNanos() {
      return box.nextDeadlineNanos();
    }

    private PacketOutput alive(long nowNanos, PacketOutput out) {
      return made -> {
        if (made.leg() != leg || !isDead(nowNanos)) {
          out.emit(made);
        }
      };
    }

    private boolean isDead(long nowNanos) {
      return fromNanos <= nowNanos && nowNanos < untilNanos;
    }
  }

  @Test
  @DisplayName("H-19 law 11 an outage of less than 100 s ends no connection")
  void survivesAnOutageShorterThanTheLimit() {
    SeededRounds.run(ROUNDS, OutageTest::talk);
  }

  private static void talk(RandomGenerator random) {
    Ends ends = Ends.IPV4.withIsns(Draws.isn(random), Draws.isn(random));
    Engine engine = EnginePlan.PLAIN.engine(LineAgents.denying("D", ANSWER));
    long from = 200 * MILLI + random.nextLong(2 * SECOND);
    long until = from + 20 * SECOND + random.nextLong(79 * SECOND);
    Leg leg = random.nextBoolean() ? Leg.INSIDE : Leg.OUTSIDE;
    Path path = Path.of(1 + random.nextLong(30 * MILLI)).withBoxAt(random.nextInt(101));
    SimulatedNetwork network =
        new SimulatedNetwork(path, random.nextLong()).place(new Outage(engine, leg, from, until));
    String requests = requests(random);
    String stream = "s".repeat(random.nextInt(20_000));
    Conversation talk =
        network.open(
            ends,
            Party.opening(options(random), spread(requests, random).close()),
            Party.waiting(options(random), spread(stream, random).awaitEnd().close()));

    assertThat(network.runUntilDone(HOUR)).as("ends: %s", talk).isTrue();
    assertThat(engine.counters().of(Reason.CUSTODY_EXPIRED)).isZero();
    assertThat(text(talk.server().received())).isEqualTo(requests.replaceAll("D.*\n", ""));
    assertThat(text(talk.client().received()).replace(ANSWER, "")).isEqualTo(stream);
    assertThat(engine.budget().usedBytes()).isZero();
  }

  private static String requests(RandomGenerator random) {
    StringBuilder lines = new StringBuilder();
    for (int i = random.nextInt(1, 20); i > 0; i--) {
      lines.append(random.nextBoolean() ? "D" : "a").append("x".repeat(random.nextInt(100)));
      lines.append('\n');
    }
    return lines.toString();
  }

  /** Writes {@code text} in parts with pauses, over about two seconds. */
  private static Application spread(String text, RandomGenerator random) {
    Application application = new Application();
    int step = Math.max(1, text.length() / 20);
    for (int at = 0; at < text.length(); at += step) {
      application.write(text.substring(at, Math.min(text.length(), at + step)));
      application.pause(random.nextLong(200 * MILLI));
    }
    return application;
  }

  private static EndpointOptions options(RandomGenerator random) {
    EndpointOptions options =
        random.nextBoolean() ? EndpointOptions.MODERN : EndpointOptions.CLASSIC;
    return options.withMaxTimeouts(40);
  }

  private static String text(byte[] octets) {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }
}
