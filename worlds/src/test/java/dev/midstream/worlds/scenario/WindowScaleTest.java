package dev.midstream.worlds.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.Draws;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.oracle.MonotonyOracle;
import dev.midstream.testkit.sim.oracle.StreamOracle;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.EnginePlan;
import java.io.ByteArrayOutputStream;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Windows of every scale with random edits, advertised to simulated endpoints. */
@Tag("worlds")
class WindowScaleTest {
  private static final long MILLI = 1_000_000L;
  private static final long HOUR = 3_600_000 * MILLI;
  private static final long READ_PAUSE = 50 * MILLI;

  /** How often a receiver reads in half an hour. */
  private static final int READS = (int) (HOUR / 2 / READ_PAUSE);

  private static final int ROUNDS = 10;
  private static final int MAX_SCALE = 14;
  private static final int WAITING_BYTES = 10_000;
  private static final int MAX_BYTES = 80_000;

  @Test
  @DisplayName(
      "T-7 H-27 H-28 every scale: the right edge stays, no needless zero window, bounded"
          + " queue")
  void advertisesEveryScale() {
    int closed = 0;
    for (int scale = 0; scale <= MAX_SCALE; scale++) {
      int[] closedHere = new int[1];
      int shift = scale;
      SeededRounds.run(ROUNDS, random -> closedHere[0] += talk(shift, random));
      closed += closedHere[0];
    }
    assertThat(closed).as("windows that closed").isGreaterThan(MAX_SCALE * ROUNDS);
  }

  /** Runs one transfer; returns how often the window was closed. */
  private static int talk(int scale, RandomGenerator random) {
    Ends ends = Ends.IPV4.withIsns(Draws.isn(random), Draws.isn(random));
    IntFunction<@Nullable Octets> edits = edits(random);
    WindowWatch watch = new WindowWatch(ends, scale, WAITING_BYTES, edits);
    EngineLimits limits = EngineLimits.DEFAULTS.withWaitingBytes(WAITING_BYTES);
    Engine engine = EnginePlan.PLAIN.withLimits(limits).engine(watch.agent());
    Path path = Path.of(1 + random.nextLong(30 * MILLI)).withBoxAt(random.nextInt(101));
    SimulatedNetwork network = new SimulatedNetwork(path, random.nextLong());
    network.place(engine).observe(watch);
    network.observe(new MonotonyOracle(Place.OUT_OF_BOX, Leg.INSIDE, ends));
    byte[] octets = new byte[random.nextInt(MAX_BYTES / 2, MAX_BYTES)];
    random.nextBytes(octets);
    // A slower reader would not have read all that the edits add when the time is over.
    int slowest = 1 + apply(edits, octets).length / READS;
    // A buffer smaller than one unit of its scale could never be advertised.
    int buffer = Math.max(slowest, (2 << scale) + random.nextInt(20_000));
    int chunk = Math.max(slowest, 1 + random.nextInt(buffer));
    Conversation talk =
        network.open(
            ends,
            Party.opening(
                EndpointOptions.MODERN, new Application().write(octets, 0, octets.length).close()),
            Party.waiting(
                EndpointOptions.MODERN.withBuffer(buffer, scale),
                new Application()
                    .stopReading()
                    .pause(3_000 * MILLI)
                    .read(chunk, READ_PAUSE)
                    .awaitEnd()
                    .close()));
    assertThat(network.runUntilDone(HOUR)).as("ends: %s", talk).isTrue();
    new StreamOracle(stream -> apply(edits, stream), stream -> stream).checkComplete(talk);
    return watch.closed();
  }

  /** Replaces one of {@code every} octet values by none, some or many octets. */
  private static IntFunction<@Nullable Octets> edits(RandomGenerator random) {
    int every = 1 + random.nextInt(40);
    Octets others = Octets.ofText("+".repeat(random.nextInt(random.nextBoolean() ? 4 : 400)));
    return octet -> (octet & 0xff) % every == 0 ? others : null;
  }

  private static byte[] apply(IntFunction<@Nullable Octets> edits, byte[] stream) {
    ByteArrayOutputStream result = new ByteArrayOutputStream();
    for (byte octet : stream) {
      Octets edited = edits.apply(octet);
      if (edited == null) {
        result.write(octet);
      } else {
        result.writeBytes(edited.toArray());
      }
    }
    return result.toByteArray();
  }
}
