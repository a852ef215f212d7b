package dev.midstream.reassembly.script;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import java.nio.charset.StandardCharsets;

/** Sends a client's stream frame by frame, and collects the text that reaches the server. */
public final class ClientFrames {
  private final Engine engine;
  private final Ends ends;
  private final StringBuilder left;
  private final FrameBuilder frames;
  private final FrameView view = new FrameView();
  private int sentTo;

  public ClientFrames(Engine engine, Ends ends, StringBuilder left) {
    this.engine = engine;
    this.ends = ends;
    this.left = left;
    frames = new FrameBuilder(ends, Direction.CLIENT_TO_SERVER);
  }

  /** The end of the text sent so far, forged or not. */
  public int sentTo() {
    return sentTo;
  }

  /** Sends forged text with a TTL too low to reach the server. */
  public void forge(int start, String text) {
    send(start, text, 3);
  }

  /** Sends text with {@code hopLimit}. */
  public void send(int start, String text, int hopLimit) {
    sentTo = Math.max(sentTo, start + text.length());
    Direction direction = Direction.CLIENT_TO_SERVER;
    byte[] frame =
        frames
            .flags(TcpFlags.ACK)
            .hopLimit(hopLimit)
            .numbers(1 + start, 1)
            .payload(Octets.ofText(text))
            .build();
    Packet packet = Frames.packet(frame, Ends.legOfSender(direction), 0);
    if (engine.onPacket(packet, 0, this::collect) == Disposition.FORWARD) {
      collect(packet);
    }
  }

  private void collect(Packet packet) {
    view.read(packet);
    int start = view.sequence() - ends.isn(Direction.CLIENT_TO_SERVER) - 1;
    byte[] octets = Frames.payload(view);
    String text = new String(octets, StandardCharsets.ISO_8859_1);
    for (int i = 0; i < text.length(); i++) {
      if (start + i == left.length()) {
        left.append(text.charAt(i));
      }
    }
  }
}
