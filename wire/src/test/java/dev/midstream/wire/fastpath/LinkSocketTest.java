package dev.midstream.wire.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.live.NameSpace;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames over the loopback interface. */
@Tag("live")
final class LinkSocketTest {
  private static final int LOOPBACK = 1;
  private static final long WAIT_NANOS = 100_000_000;
  private static final int MAX_LOOKS = 100;

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  /** What was read of a frame. */
  private record Read(int vlan, int payload, int port, int octets) {}

  @ParameterizedTest
  @CsvSource({"4, 0, 9", "4, 0, 1400", "6, 0, 1400", "4, 5, 1400", "6, 5, 1400", "6, 5, 0"})
  @DisplayName("a frame is received with its tag, and tells how long it was on the wire")
  void tellsWhatIsMissing(int version, int vlan, int octets) {
    byte[] frame = EndFrames.of(version, vlan, TcpFlags.ACK, octets);
    try (NameSpace nameSpace = new NameSpace()) {
      assertThat(nameSpace.in(() -> send(frame)))
          .isEqualTo(new Read(vlan, octets, EndFrames.SOURCE_PORT, frame.length));
    }
  }

  private static Read send(byte[] frame) {
    FrameView view = new FrameView();
    try (Arena arena = Arena.ofConfined();
        LinkSocket socket = new LinkSocket(new Linux(arena))) {
      socket.send(LOOPBACK, EndFrames.packet(new Linux(arena), frame));
      for (int look = 0; look < MAX_LOOKS; look++) {
        socket.await(WAIT_NANOS);
        Packet packet = socket.receive();
        if (packet != null && view.read(packet) == FrameKind.TCP) {
          int length = packet.length() + packet.missingBytes();
          return new Read(view.vlanIds(), view.payloadLength(), view.sourcePort(), length);
        }
      }
    }
    return new Read(0, 0, 0, 0);
  }
}
