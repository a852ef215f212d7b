package dev.midstream.wire.live;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.midstream.wire.fastpath.FastPathException;
import dev.midstream.wire.fastpath.FastPathProgram;
import dev.midstream.wire.fastpath.FlowEntry;
import dev.midstream.wire.fastpath.FlowKey;
import dev.midstream.wire.fastpath.RecallReason;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel forwards frames between the two interfaces of a box in which no program runs. */
@Tag("live")
final class FastPathTest {
  private static final int MTU = 1_500;
  private static final int ENTRIES = 16;
  private static final int SEQUENCE = 1_000;
  private static final int SHIFT = 22;
  private static final int PATIENCE_MILLIS = 5_000;
  private static final int SILENCE_MILLIS = 200;
  private static final byte[] MAC = {2, 0, 0, 0, 0, 1};

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("a frame leaves by the other interface with moved numbers, one with a FIN does not")
  void forwards(boolean isTagged) throws Exception {
    try (Network network = new Network(MTU);
        RawEndpoint client = RawEndpoint.at(network.client, "c0", MAC);
        RawEndpoint server = RawEndpoint.at(network.server, "s0", MAC)) {
      network.box.in(() -> exchange(client, server, isTagged));
    }
  }

  private static boolean exchange(RawEndpoint client, RawEndpoint server, boolean isTagged) {
    try (Arena arena = Arena.ofConfined();
        FastPathProgram program = FastPathProgram.load(new Linux(arena), ENTRIES)) {
      int in = new Linux(arena).interfaceIndex("in0");
      int out = new Linux(arena).interfaceIndex("out0");
      program.attach(in);
      FlowKey key = key(program, frame(isTagged, SEQUENCE, 16));
      FlowEntry entry = program.flows().newEntry().begin(out, SEQUENCE, 0).shift(SHIFT, 0);
      assertThat(program.flows().put(key, entry)).isTrue();
      client.send(frame(isTagged, SEQUENCE, 16));
      byte[] arrived = Objects.requireNonNull(server.receive(PATIENCE_MILLIS));
      byte[] expected = frame(isTagged, SEQUENCE + SHIFT, 16);
      assertThat(withoutChecksum(arrived)).isEqualTo(withoutChecksum(expected));
      client.send(frame(isTagged, SEQUENCE + 4, 17));
      assertThat(server.receive(SILENCE_MILLIS)).isNull();
      assertThat(program.flows().take(key, entry)).isTrue();
      assertThat(entry.packets()).isEqualTo(1);
      assertThat(entry.octets()).isEqualTo(4);
      assertThat(entry.reason()).isEqualTo(RecallReason.CONTROL_BITS);
      return true;
    } catch (FastPathException e) {
      return abort("skipped: " + e.getMessage());
    }
  }

  private static FlowKey key(FastPathProgram program, byte[] frame) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(frame.length);
      MemorySegment.copy(frame, 0, memory, JAVA_BYTE, 0, frame.length);
      FrameView view = new FrameView();
      assertThat(view.read(new Packet().at(memory, 0, frame.length))).isEqualTo(FrameKind.TCP);
      return program.flows().newKey().set(view);
    }
  }

  /** A segment of four octets. */
  private static byte[] frame(boolean isTagged, int sequence, int flags) {
    ByteBuffer frame = ByteBuffer.allocate(isTagged ? 62 : 58);
    frame.put(new byte[] {2, 0, 0, 0, 0, 2}).put(MAC);
    if (isTagged) {
      frame.putInt(0x81006007);
    }
    frame.putShort((short) 0x0800).putInt(0x4500002c).putInt(0x4000).putInt(0x40060000);
    frame.putInt(0x0a010001).putInt(0x0a010002).putShort((short) 4_000).putShort((short) 80);
    frame.putInt(sequence).putInt(0).put((byte) 0x50).put((byte) flags).putShort((short) 1_000);
    return frame.putInt(0).put("text".getBytes(StandardCharsets.US_ASCII)).array();
  }

  private static byte[] withoutChecksum(byte[] frame) {
    byte[] octets = frame.clone();
    ByteBuffer.wrap(octets).putShort(octets.length - 8, (short) 0);
    return octets;
  }
}
