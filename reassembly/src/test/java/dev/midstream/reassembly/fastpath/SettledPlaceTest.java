package dev.midstream.reassembly.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.box.FrontBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Where the segments of a settled connection come from, and in which frames. */
class SettledPlaceTest {
  private static final int IP_AT = 14;

  /** Shows an engine each packet in another form. */
  private record Reframing(Box box, UnaryOperator<Packet> form) implements FrontBox {
    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      return box.onPacket(form.apply(packet), nowNanos, out);
    }
  }

  private static Engine run(Ends ends, int port, UnaryOperator<Packet> form) {
    Engine engine =
        SettledClausesTest.engine(SimpleAgents.passing(), 100).serverPort(port).engine();
    new Script(new Reframing(engine, form)).between(ends).run(SettledCheckTest.QUIET);
    return engine;
  }

  private static Packet from(Leg leg, Packet packet) {
    return new Packet()
        .at(packet.memory(), packet.offset(), packet.length())
        .from(packet.linkType(), leg, packet.interfaceId(), packet.timeNanos());
  }

  @Test
  @DisplayName("it is settled whichever leg its client is on, also if it is not inspected")
  void mayBeOnEitherLeg() {
    UnaryOperator<Packet> turned = packet -> from(packet.leg().opposite(), packet);
    for (int port : new int[] {80, 81}) {
      assertThat(SettledClausesTest.obstacle(run(Ends.IPV4, port, packet -> packet))).isNull();
      assertThat(SettledClausesTest.obstacle(run(Ends.IPV4, port, turned))).isNull();
    }
  }

  @Test
  @DisplayName("STATE, PLACE: both ends must not be on one leg, also if it is not inspected")
  void requiresTwoLegs() {
    for (int port : new int[] {80, 81}) {
      Engine engine = run(Ends.IPV4, port, packet -> from(Leg.INSIDE, packet));
      assertThat(SettledClausesTest.obstacle(engine)).isEqualTo(Unsettled.STATE);
      Connections.only(engine).seen().assure();
      assertThat(SettledClausesTest.obstacle(engine)).isEqualTo(Unsettled.PLACE);
    }
  }

  @Test
  @DisplayName("PLACE: inspected segments must come in frames of Ethernet")
  void requiresEthernet() {
    Engine engine =
        run(
            Ends.IPV4,
            80,
            packet ->
                new Packet()
                    .at(packet.memory(), packet.offset() + IP_AT, packet.length() - IP_AT)
                    .from(LinkType.RAW_IP, packet.leg(), 0, packet.timeNanos()));
    assertThat(Connections.only(engine).handling()).isEqualTo(Handling.EDITED);
    assertThat(SettledClausesTest.obstacle(engine)).isEqualTo(Unsettled.PLACE);
  }

  @Test
  @DisplayName("PLACE: headers of both ends must be known, whichever leg they are on")
  void requiresTheHeadersOfBothEnds() {
    Engine engine = run(Ends.IPV4, 80, packet -> packet);
    Connection known = Connections.only(engine);
    for (Direction each : Direction.BOTH) {
      Connection twin = known.createTwin();
      for (Direction direction : Direction.BOTH) {
        twin.open(direction, stream(engine));
      }
      twin.enter(ConnectionState.ESTABLISHED);
      twin.seen().assure();
      // Where no headers are known, the leg is that of a client inside.
      FrameView view = new FrameView();
      byte[] frame = new FrameBuilder(Ends.IPV4, each).build();
      Packet packet = new Packet().at(MemorySegment.ofArray(frame), 0, frame.length);
      view.read(packet.from(LinkType.ETHERNET, Leg.OUTSIDE, 0, 0));
      assertThat(twin.stream(each).headers().capture(view, 0)).isTrue();
      assertThat(engine.fastPath().settled().obstacle(twin)).isEqualTo(Unsettled.PLACE);
      twin.free();
    }
  }

  private static Stream stream(Engine engine) {
    return new Stream(0, 1, 1, false, new UnpooledByteBufAllocator(true, true), engine.budget());
  }
}
