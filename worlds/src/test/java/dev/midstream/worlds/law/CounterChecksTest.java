package dev.midstream.worlds.law;

import static dev.midstream.worlds.law.BrokenWorlds.assertBroken;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.midstream.testkit.box.TamperingBox;
import dev.midstream.testkit.box.TamperingBox.Tampering;
import dev.midstream.testkit.box.Wire;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.wire.header.TcpOptionsView;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldText;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The counters of the ends show what a box did, although nothing observes its packets. */
class CounterChecksTest {
  private static final long ENOUGH_NANOS = 60_000_000_000L;
  private static final String PLAIN = "seed=7 client.bytes=20000 server.bytes=5000 ";
  private static final String LOSSY =
      "seed=7 client.bytes=60000 path.faults.1.loss=0.2 path.faults.1.untilNanos=900000000";

  private final HeaderEditor editor = new HeaderEditor();

  /** A change of each segment with octets of the client that leaves a box. */
  private interface Change {
    void make(FrameView view, byte[] frame);
  }

  private static Tampering toServer(SimulatedWorld world, Change change) {
    return (view, frame) -> {
      if (view.sourcePort() == world.ends().clientPort() && view.payloadLength() > 0) {
        change.make(view, frame);
      }
      return true;
    };
  }

  private static Tampering toClient(SimulatedWorld world, Change change) {
    return (view, frame) -> {
      if (view.sourcePort() == world.ends().serverPort() && !view.isSyn()) {
        change.make(view, frame);
      }
      return true;
    };
  }

  private static CounterChecks checks(SimulatedWorld world, Leg leg, Tampering tampering) {
    WatchedPair pair = new WatchedPair(world, true, () -> 0);
    SimulatedNetwork network = new SimulatedNetwork(world.path().path(), world.seed());
    network.place(new TamperingBox(new Wire(), tampering));
    TcpEndpoint end = pair.open(network, 0).endpoint(leg);
    network.runUntil(ENOUGH_NANOS);
    return new CounterChecks(world, leg, end, false, 0);
  }

  private static void assertSeen(Runnable check, Law law, Counter counter) {
    assertThatExceptionOfType(LawBroken.class)
        .isThrownBy(check::run)
        .satisfies(broken -> assertBroken(broken, law, counter + "="));
  }

  private static void assertServerSees(Change change, Law law, Counter counter) {
    SimulatedWorld world = WorldText.read(PLAIN);
    assertSeen(checks(world, Leg.OUTSIDE, toServer(world, change))::checkWires, law, counter);
  }

  @Test
  @DisplayName("laws 1 to 6: a box that forwards everything moves no counter")
  void seesNothing() {
    for (String text : new String[] {PLAIN, LOSSY}) {
      SimulatedWorld world = WorldText.read(text);
      for (Leg leg : Leg.values()) {
        CounterChecks checks = checks(world, leg, (view, frame) -> true);
        assertThatNoException().isThrownBy(checks::run);
        assertThatNoException().isThrownBy(checks::checkWires);
      }
    }
  }

  @Test
  @DisplayName("law 2: an end counts conflicting copies")
  void countsConflicts() {
    SimulatedWorld world = WorldText.read(LOSSY + " path.faults.0.duplication=0.5");
    CounterChecks checks = checks(world, Leg.OUTSIDE, Mistakes.changingRetransmissions());
    assertSeen(checks::run, Law.STABILITY, Counter.CONFLICTS);
  }

  @Test
  @DisplayName("law 3: an end counts acknowledgements of what it did not send")
  void countsAcknowledgementsBeyondSent() {
    SimulatedWorld world = WorldText.read(PLAIN);
    Change early =
        (view, frame) -> editor.edit(view).acknowledgement(view.acknowledgement() + 40_000).done();
    CounterChecks checks = checks(world, Leg.INSIDE, toClient(world, early));
    assertSeen(checks::run, Law.HONESTY, Counter.ACKS_BEYOND_SENT);
  }

  @Test
  @DisplayName("law 3: an end counts reports of what it did not send")
  void countsReportsBeyondSent() {
    SimulatedWorld world = WorldText.read(LOSSY);
    CounterChecks checks = checks(world, Leg.INSIDE, Mistakes.reporting(0, 100_000));
    assertSeen(checks::run, Law.HONESTY, Counter.SACKS_BEYOND_SENT);
  }

  @Test
  @DisplayName("law 3: an end counts what was reported and taken back")
  void countsReneging() {
    String lossyBefore = LOSSY.replace("faults.1", "faults.0");
    SimulatedWorld world = WorldText.read(lossyBefore);
    int[] least = {0};
    Change holding =
        (view, frame) -> {
          if (least[0] == 0 && view.options().sackBlocks() > 0) {
            least[0] = view.options().sackLeft(0);
          }
          if (least[0] != 0 && view.acknowledgement() - least[0] > 0) {
            editor.edit(view).acknowledgement(least[0]).done();
          }
        };
    CounterChecks checks = checks(world, Leg.INSIDE, toClient(world, holding));
    assertSeen(checks::run, Law.HONESTY, Counter.RENEGINGS);
  }

  @Test
  @DisplayName("law 6: an end counts octets beyond its window")
  void countsOctetsBeyondTheWindow() {
    SimulatedWorld world =
        WorldText.read(
            PLAIN
                + "server.options.receiveBufferBytes=2000 server.options.windowScale=0"
                + " client.options.mssBytes=400 server.readBytes=100"
                + " server.readEveryNanos=20000000");
    Change raising = (view, frame) -> editor.edit(view).window(9_000).done();
    CounterChecks checks = checks(world, Leg.OUTSIDE, toClient(world, raising));
    assertSeen(checks::run, Law.BOUNDS, Counter.OCTETS_BEYOND_WINDOW);
  }

  @Test
  @DisplayName("law 1: an end counts segments without the timestamp that was agreed")
  void countsMissingTimestamps() {
    assertServerSees(
        (view, frame) -> {
          TcpOptionsView options = view.options();
          // The option begins two octets before its values.
          editor.edit(view).eraseOption(options.timestampsOffset() - 2, 10).done();
        },
        Law.FIDELITY,
        Counter.MISSING_TIMESTAMPS);
  }

  @Test
  @DisplayName("law 1: an end counts wrong checksums")
  void countsWrongChecksums() {
    assertServerSees(
        (view, frame) -> frame[frame.length - 1] ^= 1, Law.FIDELITY, Counter.CHECKSUM_DROPS);
  }

  @Test
  @DisplayName("law 4: an end counts timestamps that go back")
  void countsOldTimestamps() {
    int[] segments = new int[1];
    assertServerSees(
        (view, frame) -> {
          if (++segments[0] % 2 == 0) {
            int value = view.options().timestampValue() - 1_000_000;
            editor.edit(view).timestamps(value, view.options().timestampEcho()).done();
          }
        },
        Law.MONOTONY,
        Counter.PAWS_DROPS);
  }
}
