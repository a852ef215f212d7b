package dev.midstream.worlds.law;

import static dev.midstream.worlds.law.BrokenWorlds.assertBroken;
import static dev.midstream.worlds.law.BrokenWorlds.run;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.testkit.box.FrontBox;
import dev.midstream.testkit.box.TamperingBox;
import dev.midstream.testkit.box.TamperingBox.Tampering;
import dev.midstream.testkit.box.Wire;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.plan.LinkPlan;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.UnitEditor;
import dev.midstream.worlds.plan.WholeStream;
import dev.midstream.worlds.plan.WorldText;
import java.util.Random;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Each observer sees a box that breaks its law. */
class ObserversTest {
  private static final String PLAIN =
      "seed=7 client.bytes=5000 server.bytes=5000 client.parts=3 server.parts=3"
          + " client.pauseNanos=30000000 server.pauseNanos=30000000 ";
  private static final int VLAN_AT = 15;
  private static final int LINK_BYTES = 576;
  private static final String LOSSY =
      "seed=7 client.bytes=60000 path.faults.0.loss=0.2 path.faults.0.untilNanos=900000000";
  private static final String HOLDING = PLAIN + "agent.unit=FRAME agent.limitBytes=200 ";

  @Test
  @DisplayName("law 1: a segment with a wrong TCP checksum")
  void seesWrongTcpChecksums() {
    LawBroken broken =
        run(
            PLAIN,
            (view, frame) -> {
              frame[frame.length - 1] ^= (byte) (view.payloadLength() > 0 ? 1 : 0);
              return true;
            });
    assertBroken(broken, Law.FIDELITY, "a damaged packet leaves");
  }

  @Test
  @DisplayName("law 1: a packet with a wrong IPv4 header checksum")
  void seesWrongIpChecksums() {
    LawBroken broken =
        run(
            PLAIN,
            (view, frame) -> {
              frame[view.ipOffset() + 1] ^= (byte) (view.payloadLength() > 0 ? 4 : 0);
              return true;
            });
    assertBroken(broken, Law.FIDELITY, "a damaged packet leaves");
  }

  @Test
  @DisplayName("law 3: an acknowledgement of octets that the receiver has not acknowledged")
  void seesEarlyAcknowledgements() {
    LawBroken broken = run(PLAIN, acknowledging(100));
    assertBroken(broken, Law.HONESTY, "acknowledges octets that");
  }

  @Test
  @DisplayName("law 3: the same beside an agent whose output may wait")
  void seesEarlyAcknowledgementsBesideGrowth() {
    SimulatedWorld world =
        WorldText.read("seed=7 client.bytes=5000 agent.change=GROW agent.every=9");
    int first = world.ends().clientIsn() + 1;
    HeaderEditor editor = new HeaderEditor();
    Tampering early =
        (view, frame) -> {
          int octets = view.acknowledgement() - first;
          if (view.sourcePort() == world.ends().serverPort() && octets > 0 && octets < 4_000) {
            editor.edit(view).acknowledgement(view.acknowledgement() + 1).done();
          }
          return true;
        };
    LawBroken broken = run(world, box -> new TamperingBox(box, early));
    assertBroken(broken, Law.HONESTY, "acknowledges octets that the receiver did not");
  }

  @Test
  @DisplayName("law 3: octets in custody that are not kept")
  void seesCustodyWithoutOctets() {
    SimulatedWorld world = WorldText.read(HOLDING);
    BoxTap tap = new BoxTap(world.ends());
    CustodyOracle custody = new CustodyOracle(() -> 0, () -> false);
    for (Direction direction : Direction.values()) {
      byte[] octets = world.stream(direction);
      WholeStream stream = WholeStream.of(new UnitEditor(world.agent()), octets);
      custody.count(direction, stream, () -> 0);
    }
    tap.add(custody);
    assertBroken(run(world, box -> box, tap), Law.HONESTY, "custodyBytes=");
  }

  @Test
  @DisplayName("law 3: octets that were only reported, and are not kept")
  void seesReportsWithoutOctets() {
    SimulatedWorld world = WorldText.read(LOSSY);
    BoxTap tap = new BoxTap(world.ends());
    CustodyOracle custody = new CustodyOracle(() -> 0, () -> false);
    for (Direction direction : Direction.values()) {
      WholeStream stream = WholeStream.unchanged(world.stream(direction));
      custody.count(direction, stream, () -> 0);
    }
    tap.add(custody);
    assertBroken(run(world, box -> box, tap), Law.HONESTY, "custodyBytes=");
  }

  @Test
  @DisplayName("law 6: a window larger than that of the receiver")
  void seesLargeWindows() {
    SimulatedWorld world = WorldText.read(PLAIN);
    LawBroken broken = run(world, box -> new TamperingBox(box, widening(0)), promises(world));
    assertBroken(broken, Law.BOUNDS, "a window is larger");
  }

  @Test
  @DisplayName("law 6: the same in segments that are too large for the link behind the box")
  void seesLargeWindowsOfDroppedSegments() {
    SimulatedWorld world = WorldText.read(PLAIN);
    BoxTap tap = promises(world);
    UnaryOperator<Box> routed =
        box ->
            new Routers(
                    new TamperingBox(box, widening(LINK_BYTES)),
                    new LinkPlan(LINK_BYTES, 0, 0, 0, 0),
                    new Random(7))
                .observe(tap::drops);
    assertBroken(run(world, routed, tap), Law.BOUNDS, "a window is larger");
  }

  private static BoxTap promises(SimulatedWorld world) {
    Direction direction = Direction.CLIENT_TO_SERVER;
    WholeStream stream = WholeStream.unchanged(world.stream(direction));
    Windows windows = new Windows();
    BoxTap tap = new BoxTap(world.ends());
    tap.add(windows);
    tap.add(new PromiseOracle(direction, stream, () -> 0, windows, false, false));
    return tap;
  }

  /** Makes the windows of segments with {@code leastBytes} octets or more larger. */
  private static Tampering widening(int leastBytes) {
    HeaderEditor editor = new HeaderEditor();
    return (view, frame) -> {
      if (!view.isSyn() && view.payloadLength() >= leastBytes) {
        editor.edit(view).window(view.windowField() + 1).done();
      }
      return true;
    };
  }

  @Test
  @DisplayName("law 6: a segment larger than the MSS of its receiver")
  void seesLargeSegments() {
    SimulatedWorld world = WorldText.read(PLAIN);
    SizeOracle unaware = new SizeOracle(Leg.OUTSIDE);
    BoxTap tap = new BoxTap(world.ends());
    tap.add(
        new BoxObserver() {
          @Override
          public void leaves(Leg leg, WatchedSegment segment, long nowNanos) {
            unaware.leaves(leg, segment, nowNanos);
          }
        });
    assertBroken(run(world, box -> box, tap), Law.BOUNDS, "a segment is too large");
  }

  @Test
  @DisplayName("law 4: a timestamp echo that goes back")
  void seesOldEchoes() {
    HeaderEditor editor = new HeaderEditor();
    LawBroken broken =
        run(
            PLAIN,
            (view, frame) -> {
              if (!view.isSyn() && view.options().hasTimestamps()) {
                int echo = view.options().timestampEcho() - 1;
                editor.edit(view).timestamps(view.options().timestampValue(), echo).done();
              }
              return true;
            });
    assertBroken(broken, Law.MONOTONY, "timestamp echo goes back");
  }

  @Test
  @DisplayName("law 4: a right edge that goes back before the agent leaves")
  void seesRightEdgesGoBack() {
    HeaderEditor editor = new HeaderEditor();
    Tampering shrinking =
        (view, frame) -> {
          if (view.payloadLength() > 0) {
            editor.edit(view).window(1).done();
          }
          return true;
        };
    for (String end : new String[] {"SKIPS_REST", "DETACHES", "THROWS", "RESETS"}) {
      LawBroken broken = run(PLAIN + "agent.editTo=3000 agent.end=" + end, shrinking);
      assertBroken(broken, Law.MONOTONY, "right edge goes back");
    }
  }

  @Test
  @DisplayName("law 5: octets that no agent decided")
  void seesUndecidedOctets() {
    assertBroken(run(WorldText.read(PLAIN), box -> new Wire()), Law.ONCE, "undecided at the end");
    String monitored = PLAIN + "engine.treatment=MONITOR";
    assertBroken(
        run(WorldText.read(monitored), box -> new Wire()), Law.ONCE, "undecided at the end");
  }

  @Test
  @DisplayName("law 6: octets beyond the window of the receiver")
  void seesOctetsBeyondTheWindow() {
    String narrow =
        PLAIN
            + "server.options.receiveBufferBytes=2000 server.options.windowScale=0"
            + " client.options.mssBytes=400 server.readBytes=100 server.readEveryNanos=20000000";
    SimulatedWorld world = WorldText.read(narrow);
    SimulatedWorld shrinking =
        world.withBoth(end -> end.withOptions(end.options().with(Behaviour.SHRINKING_WINDOW)));
    for (SimulatedWorld each : new SimulatedWorld[] {world, shrinking}) {
      assertBroken(run(each, WindowRaiser::new), Law.BOUNDS, "octets beyond the window");
    }
  }

  @Test
  @DisplayName("law 6: octets that are kept and did not arrive")
  void seesStoredOctets() {
    SimulatedWorld world = WorldText.read(HOLDING);
    WatchedPair idle = new WatchedPair(world, false, () -> 0);
    WorldRun run =
        new WorldRun(world)
            .watch((kept, nanos) ->
                kept.engine().forEachConnection(each -> idle.stored().check(each, nanos)));
    assertThatExceptionOfType(LawBroken.class)
        .isThrownBy(run::run)
        .withMessageContaining("keptBytes=");
  }

  @Test
  @DisplayName("law 10: a packet that is lost without a reason, or with one that does not fit")
  void seesUnexplainedLosses() {
    SimulatedWorld world = WorldText.read(PLAIN);
    int[] packets = new int[1];
    ToLongFunction<Reason> paws = reason -> reason == Reason.PAWS ? packets[0] / 12 : 0;
    Box losing = new TamperingBox(new Wire(), (view, frame) -> ++packets[0] % 12 != 0);
    assertBroken(
        run(world, box -> new ExplainedBox(losing, reason -> 0, world)),
        Law.EXPLAINED,
        "no reason explains it");
    assertBroken(
        run(world, box -> new ExplainedBox(losing, paws, world)),
        Law.EXPLAINED,
        "PAWS does not fit");
  }

  @Test
  @DisplayName("H-37 law 1: an urgent pointer after another octet")
  void seesShiftedUrgentPointers() {
    SimulatedWorld world =
        WorldText.read(PLAIN + "engine.policies.urgent=PASS agent.change=GROW agent.every=9")
            .withBoth(end -> end.withOptions(end.options().with(Behaviour.URGENT)));
    HeaderEditor editor = new HeaderEditor();
    Tampering shifting =
        (view, frame) -> {
          if (view.isUrg()) {
            editor.edit(view).urgentPointer(view.urgentPointer() + 7).done();
          }
          return true;
        };
    LawBroken broken = run(world, box -> new TamperingBox(box, shifting));
    assertBroken(broken, Law.FIDELITY, "urgent pointer");
  }

  @Test
  @DisplayName("law 1: a frame with another VLAN tag")
  void seesChangedTags() {
    LawBroken broken =
        run(
            PLAIN + "ends.vlanIds=5",
            (view, frame) -> {
              frame[VLAN_AT] ^= (byte) (view.payloadLength() > 0 ? 1 : 0);
              return true;
            });
    assertBroken(broken, Law.FIDELITY, "tags changed");
  }

  @Test
  @DisplayName("law 1: a segment after the reset of an agent")
  void seesSegmentsAfterAReset() {
    boolean[] reset = new boolean[1];
    HeaderEditor editor = new HeaderEditor();
    LawBroken broken =
        run(
            PLAIN + "agent.end=RESETS agent.editTo=2000",
            (view, frame) -> {
              if (view.isRst() && reset[0]) {
                editor.edit(view).flags(TcpFlags.ACK).done();
              }
              reset[0] |= view.isRst();
              return true;
            });
    assertBroken(broken, Law.FIDELITY, "a segment follows the reset");
  }

  @Test
  @DisplayName("law 11: an end that is not reset with the other one")
  void seesEndsThatAreNotReset() {
    LawBroken broken =
        run(PLAIN + "agent.end=RESETS agent.editTo=2000", (view, frame) -> !view.isRst());
    assertBroken(broken, Law.PROGRESS, "is not reset");
  }

  @Test
  @DisplayName("law 11: octets that move again, but late")
  void seesStalls() {
    int[] segments = new int[1];
    Tampering stalling = (view, frame) -> view.payloadLength() == 0 || ++segments[0] > 30;
    assertBroken(run(PLAIN, stalling), Law.PROGRESS, "nothing moves");
  }

  @Test
  @DisplayName("law 11: a world that takes longer than without a box")
  void seesSlowWorlds() {
    SimulatedWorld world = WorldText.read(PLAIN);
    int[] segments = new int[1];
    Tampering losing = (view, frame) -> view.payloadLength() == 0 || ++segments[0] > 16;
    WorldRun run = new WorldRun(world, box -> new TamperingBox(box, losing)).comparing();
    assertThatExceptionOfType(LawBroken.class)
        .isThrownBy(run::run)
        .withMessageContaining("slower than without a box");
  }

  @Test
  @DisplayName("law 11: the same where the box has to cost more, or octets are dropped")
  void seesSlowerWorlds() {
    int[] segments = new int[1];
    Tampering losing = (view, frame) -> view.payloadLength() == 0 || ++segments[0] > 17;
    WorldRun run =
        new WorldRun(
                WorldText.read(PLAIN + "agent.end=SKIPS_REST agent.editTo=2000"),
                box -> new TamperingBox(box, losing))
            .comparing();
    assertThatExceptionOfType(LawBroken.class)
        .isThrownBy(run::run)
        .withMessageContaining("slower than without a box");
    Tampering stalling = (view, frame) -> view.payloadLength() == 0;
    SimulatedWorld shrinking =
        WorldText.read(PLAIN)
            .withBoth(end -> end.withOptions(end.options().with(Behaviour.SHRINKING_WINDOW)));
    LawBroken broken = run(shrinking, box -> new TamperingBox(box, stalling));
    assertBroken(broken, Law.PROGRESS, "nothing moves");
  }

  private static Tampering acknowledging(int more) {
    HeaderEditor editor = new HeaderEditor();
    return (view, frame) -> {
      if (view.isAck() && !view.isSyn()) {
        editor.edit(view).acknowledgement(view.acknowledgement() + more).done();
      }
      return true;
    };
  }

  /** A box that takes the window of the server for a larger one. */
  private record WindowRaiser(Box box) implements FrontBox {
    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      FrameView view = new FrameView();
      if (view.read(packet) == FrameKind.TCP && packet.leg() == Leg.OUTSIDE && !view.isSyn()) {
        new HeaderEditor().edit(view).window(9_000).done();
      }
      return box.onPacket(packet, nowNanos, out);
    }
  }
}
