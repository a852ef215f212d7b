package dev.midstream.worlds.law;

import static dev.midstream.worlds.law.BrokenWorlds.assertBroken;
import static dev.midstream.worlds.law.BrokenWorlds.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.call.DecisionBatch;
import dev.midstream.modcmd.call.MemoryView;
import dev.midstream.testkit.box.FrontBox;
import dev.midstream.testkit.box.TamperingBox;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.plan.EnginePlan;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.UnitEditor;
import dev.midstream.worlds.plan.WholeStream;
import dev.midstream.worlds.plan.WorldText;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each observer of octets and packets sees a box that breaks its law. */
class OctetObserversTest {
  private static final String PLAIN =
      "seed=7 client.bytes=5000 server.bytes=5000 client.parts=3 server.parts=3"
          + " client.pauseNanos=30000000 server.pauseNanos=30000000 ";
  private static final String LOSSY =
      "seed=7 client.bytes=60000 path.faults.1.loss=0.2 path.faults.1.untilNanos=900000000";

  @Test
  @DisplayName("law 2: a retransmission with other octets")
  void seesOtherOctets() {
    LawBroken broken = run(LOSSY, Mistakes.changingRetransmissions());
    assertBroken(broken, Law.STABILITY, "octets differ from those sent before");
  }

  @Test
  @DisplayName("law 2: a FIN before octets of its stream")
  void seesMovedFins() {
    LawBroken broken = run(PLAIN, Mistakes.ending(2));
    assertBroken(broken, Law.STABILITY, "octets differ from those sent before");
  }

  @ParameterizedTest
  @ValueSource(strings = {"MONITOR", "NO_RULE"})
  @DisplayName("law 7: a packet that is changed, lost or doubled")
  void seesTouchedPackets(String treatment) {
    SimulatedWorld world = WorldText.read(PLAIN + "engine.treatment=" + treatment);
    HeaderEditor editor = new HeaderEditor();
    int[] packets = new int[1];
    LawBroken changed =
        run(
            world,
            box ->
                new TamperingBox(
                    box,
                    (view, frame) -> {
                      editor.edit(view).hopLimit(view.hopLimit() - 1).done();
                      return true;
                    }));
    assertBroken(changed, Law.UNTOUCHED, "a packet left that did not come");
    LawBroken lost =
        run(world, box -> new TamperingBox(box, (view, frame) -> ++packets[0] % 7 != 0));
    assertBroken(lost, Law.UNTOUCHED, "a packet did not leave");
    assertBroken(run(world, Doubler::new), Law.UNTOUCHED, "a packet left that did not come");
  }

  @Test
  @DisplayName("law 7: the last packet does not leave")
  void seesAPacketThatStays() {
    SimulatedWorld world = WorldText.read(PLAIN + "engine.treatment=NO_RULE");
    WatchedPair pair = new WatchedPair(world, false, () -> 0);
    List<PacketObserver> observers = new ArrayList<>();
    pair.observe(observers::add, false);
    byte[] frame = new FrameBuilder(world.ends(), Direction.CLIENT_TO_SERVER).build();
    Packet packet = Frames.packet(frame, Leg.INSIDE, 1);
    observers.forEach(each -> each.seen(Place.INTO_BOX, Leg.INSIDE, packet, 1));
    assertThatExceptionOfType(LawBroken.class)
        .isThrownBy(() -> pair.checkEmpty(2))
        .satisfies(broken -> assertBroken(broken, Law.UNTOUCHED, "a packet did not leave"));
  }

  @Test
  @DisplayName("law 8: other octets after the call that throws")
  void seesOctetsOfACallThatThrew() {
    SimulatedWorld world = WorldText.read(PLAIN + "agent.end=THROWS agent.editTo=2000");
    LawBroken broken =
        run(
            world,
            box -> new TamperingBox(box, Mistakes.changingAfter(world.ends().clientIsn(), 3_000)));
    assertBroken(broken, Law.ALL_OR_NOTHING, "stream differs");
  }

  @ParameterizedTest
  @ValueSource(strings = {"THROWS", "RESETS", "DETACHES"})
  @DisplayName("law 8: an agent that is called after it threw, reset or detached")
  void seesCallsOfAnAgentThatLeft(String end) {
    SimulatedWorld world = WorldText.read(PLAIN + "agent.editTo=100 agent.end=" + end);
    WatchedAgent agent = agent(world);
    byte[] octets = world.stream(Direction.CLIENT_TO_SERVER);
    show(agent, octets);
    assertThat(agent.hasLeft()).isTrue();
    assertThat(agent.broken()).isNull();
    show(agent, octets);
    assertBroken(
        Objects.requireNonNull(agent.broken()),
        Law.ALL_OR_NOTHING,
        "the agent is called after it has");
  }

  @Test
  @DisplayName("C-75 law 8: an agent that is called after its state was lost")
  void seesCallsOfAnAgentWithoutState() {
    WatchedAgent agent =
        agent(WorldText.read(PLAIN + "agent.codec.fault=DECODING agent.codec.at=2"));
    byte[] written = agent.codec().encode("state");
    assertThat(agent.codec().decode(1, written)).isEqualTo("state");
    assertThatThrownBy(() -> agent.codec().decode(1, written))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(agent.hasLeft()).isTrue();
    agent.onOctets("", Direction.CLIENT_TO_SERVER, view(new byte[1]), new DecisionBatch());
    assertBroken(
        Objects.requireNonNull(agent.broken()),
        Law.ALL_OR_NOTHING,
        "the agent is called after it has");
  }

  private static void show(WatchedAgent agent, byte[] octets) {
    try {
      agent.onOctets("", Direction.CLIENT_TO_SERVER, view(octets), new DecisionBatch());
    } catch (IllegalStateException e) {
      assertThat(agent.hasThrown()).isTrue();
    }
  }

  private static WatchedAgent agent(SimulatedWorld world) {
    Map<Direction, WholeStream> streams = new EnumMap<>(Direction.class);
    for (Direction direction : Direction.values()) {
      streams.put(
          direction,
          WholeStream.of(new UnitEditor(world.agent().uninterrupted()), world.stream(direction)));
    }
    return new WatchedAgent(world.agent(), streams, EnginePlan.PLAIN);
  }

  private static MemoryView view(byte[] octets) {
    return new MemoryView().show(MemorySegment.ofArray(octets), 0, octets.length, 0);
  }

  /** A box that sends each packet twice. */
  private record Doubler(Box box) implements FrontBox {
    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      Packet twin = Frames.inPlaceOf(packet, Frames.octets(packet));
      twin.from(
          packet.linkType(), packet.leg().opposite(), packet.interfaceId(), packet.timeNanos());
      out.emit(twin);
      return box.onPacket(packet, nowNanos, out);
    }
  }
}
