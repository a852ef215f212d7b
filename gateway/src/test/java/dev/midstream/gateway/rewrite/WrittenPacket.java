package dev.midstream.gateway.rewrite;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.capture.CaptureReader;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A packet of the rewritten capture.
 *
 * @param micros its time
 * @param text sender, range and acknowledgement relative to the initial numbers, and the payload
 */
record WrittenPacket(long micros, String text) {

  static List<WrittenPacket> allOf(Path file) throws IOException {
    List<WrittenPacket> packets = new ArrayList<>();
    try (CaptureReader reader = CaptureReader.open(file)) {
      Packet packet = new Packet();
      FrameView view = new FrameView();
      while (reader.next(packet)) {
        if (view.read(packet) != FrameKind.TCP || !view.isTcpChecksumRight()) {
          throw new AssertionError("no segment, or a wrong checksum");
        }
        packets.add(new WrittenPacket(packet.timeNanos() / 1_000, text(view)));
      }
    }
    return packets;
  }

  /** The packets with payload, without their times. */
  static List<String> textsOf(Path file) throws IOException {
    return allOf(file).stream().map(WrittenPacket::text).toList();
  }

  private static String text(FrameView view) {
    boolean client = view.destinationPort() == Ends.IPV4.serverPort();
    Direction direction = client ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
    int start = view.sequence() - Ends.IPV4.isn(direction);
    int acknowledged = view.acknowledgement() - Ends.IPV4.isn(direction.opposite());
    byte[] payload = Frames.payload(view);
    return String.format(
        Locale.ROOT,
        "%s %d ack %d%s \"%s\"",
        client ? "client" : "server",
        start,
        view.isAck() ? acknowledged : 0,
        view.isSyn() ? " SYN" : view.isFin() ? " FIN" : "",
        new String(payload, StandardCharsets.ISO_8859_1));
  }
}
