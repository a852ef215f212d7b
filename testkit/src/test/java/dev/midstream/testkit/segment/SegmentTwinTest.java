package dev.midstream.testkit.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.modcmd.offset.TimestampOrder;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.Draws;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The endpoints' reading and writing of segments, compared with the engine's. */
class SegmentTwinTest {
  private static final int ROUNDS = 2_000;
  private static final String[] OPTIONS = {
    "", "mss 1460,sackOK,TS 7/9,nop,wscale 7", "nop,nop,TS 4294967295/1",
    "nop,nop,sack 1:5 8:9", "mss 536,wscale 14", "sackOK"
  };

  @Test
  @DisplayName("reader and engine read the same fields of intact and damaged frames")
  void readsAsTheEngineDoes() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          byte[] frame = frame(random);
          assertThat(new SegmentReader().read(packet(frame))).isTrue();
          compare(packet(frame));
          frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
          compare(packet(frame));
        });
  }

  @Test
  @DisplayName("the engine reads what the writer wrote, with right checksums")
  void writesWhatTheEngineReads() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          Ends ends = ends(random);
          SegmentWriter writer = new SegmentWriter(ends, Direction.SERVER_TO_CLIENT);
          OptionsWriter options = new OptionsWriter();
          options.timestamps(random.nextInt(), random.nextInt());
          byte[] payload = octets(random);
          byte[] frame = new byte[writer.frameLength(options, payload.length)];
          int sequence = random.nextInt();
          MemorySegment from = MemorySegment.ofArray(payload);
          MemorySegment to = MemorySegment.ofArray(frame);
          writer.write(to, ControlBits.ACK, sequence, 5, 6, options, from, 0, payload.length);

          FrameView view = new FrameView();
          assertThat(view.read(packet(frame))).isEqualTo(FrameKind.TCP);
          assertThat(view.isIpv4HeaderChecksumRight() && view.isTcpChecksumRight()).isTrue();
          assertThat(view.sequence()).isEqualTo(sequence);
          assertThat(view.payloadLength()).isEqualTo(payload.length);
          assertThat(view.vlanIds()).isEqualTo(ends.vlanIds());
          compare(packet(frame));
        });
  }

  @Test
  @DisplayName("offsets and the order of timestamps are the engine's, at every distance")
  void countsAsTheEngineDoes() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          int isn = random.nextInt();
          long near = random.nextLong(-10, 1L << 36);
          int number = random.nextBoolean() ? random.nextInt() : Integer.MIN_VALUE + (int) near;
          SequenceNumbers own = new SequenceNumbers(isn);
          SequenceSpace engine = new SequenceSpace(isn);
          assertThat(own.numberAt(near)).isEqualTo(engine.sequenceOf(near));
          int opposite = own.numberAt(near) + Integer.MIN_VALUE;
          assertThat(own.offsetOf(opposite, near)).isEqualTo(engine.offsetOf(opposite, near));
          assertThat(own.offsetOf(number, near)).isEqualTo(engine.offsetOf(number, near));
          assertThat(SequenceNumbers.isOlder(isn, number))
              .isEqualTo(TimestampOrder.isBefore(isn, number));
        });
  }

  private static byte[] frame(RandomGenerator random) {
    return new FrameBuilder(ends(random), Direction.CLIENT_TO_SERVER)
        .flags(random.nextInt(64))
        .sequence(random.nextInt())
        .acknowledgement(random.nextInt())
        .window(random.nextInt(65_536))
        .urgentPointer(random.nextInt(65_536))
        .hopLimit(random.nextInt(256))
        .trafficClass(random.nextInt(256))
        .options(OPTIONS[random.nextInt(OPTIONS.length)])
        .payload(Octets.of(octets(random)))
        .badChecksum(random.nextInt(4) == 0)
        .padding(random.nextInt(8))
        .build();
  }

  private static Ends ends(RandomGenerator random) {
    int vlans = random.nextInt(3) == 0 ? random.nextInt(1 << 24) : 0;
    return Draws.ends(random).withVlans(vlans);
  }

  private static byte[] octets(RandomGenerator random) {
    byte[] octets = new byte[random.nextInt(40)];
    random.nextBytes(octets);
    return octets;
  }

  private static Packet packet(byte[] frame) {
    return new Packet()
        .at(MemorySegment.ofArray(frame), 0, frame.length)
        .from(LinkType.ETHERNET, Leg.INSIDE, 0, 0);
  }

  private static void compare(Packet packet) {
    FrameView engine = new FrameView();
    SegmentReader own = new SegmentReader();
    FrameKind kind = engine.read(packet);
    if (!own.read(packet)) {
      return; // the engine also reads truncated segments and rare extension headers
    }
    assertThat(kind).isEqualTo(FrameKind.TCP);
    assertThat(own.isTcpChecksumRight()).isEqualTo(engine.isTcpChecksumRight());
    assertThat(own.isIpChecksumRight()).isEqualTo(engine.isIpv4HeaderChecksumRight());
    assertThat(own.sourcePort()).isEqualTo(engine.sourcePort());
    assertThat(own.destinationPort()).isEqualTo(engine.destinationPort());
    assertThat(own.sequence()).isEqualTo(engine.sequence());
    assertThat(own.acknowledgement()).isEqualTo(engine.acknowledgement());
    assertThat(own.windowField()).isEqualTo(engine.windowField());
    assertThat(own.urgentPointer()).isEqualTo(engine.urgentPointer());
    assertThat(own.isFin()).isEqualTo(engine.isFin());
    assertThat(own.isSyn() && !own.isRst()).isEqualTo(engine.isSyn());
    assertThat(own.isRst()).isEqualTo(engine.isRst());
    assertThat(own.isAck()).isEqualTo(engine.isAck());
    assertThat(own.isUrg()).isEqualTo(engine.isUrg());
    assertThat(own.hopLimit()).isEqualTo(engine.hopLimit());
    assertThat(own.ecn()).isEqualTo(engine.ecn());
    assertThat(own.payloadLength()).isEqualTo(engine.payloadLength());
    compareOptions(own.options(), engine);
  }

  private static void compareOptions(OptionsReader own, FrameView engine) {
    assertThat(own.maximumSegment())
        .isEqualTo(Math.max(0, engine.options().maximumSegmentLength()));
    assertThat(own.windowScale()).isEqualTo(engine.options().windowScale());
    assertThat(own.hasSackPermitted()).isEqualTo(engine.options().hasSackPermitted());
    assertThat(own.hasTimestamps()).isEqualTo(engine.options().hasTimestamps());
    if (own.hasTimestamps()) {
      assertThat(own.timestampValue()).isEqualTo(engine.options().timestampValue());
      assertThat(own.timestampEcho()).isEqualTo(engine.options().timestampEcho());
    }
    assertThat(own.sackBlocks()).isEqualTo(engine.options().sackBlocks());
    for (int i = 0; i < own.sackBlocks(); i++) {
      assertThat(own.sackLeft(i)).isEqualTo(engine.options().sackLeft(i));
      assertThat(own.sackRight(i)).isEqualTo(engine.options().sackRight(i));
    }
  }
}
