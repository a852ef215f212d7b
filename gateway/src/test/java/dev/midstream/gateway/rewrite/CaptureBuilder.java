package dev.midstream.gateway.rewrite;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.FrameFragments;
import dev.midstream.wire.header.TcpFlags;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Builds a capture of one conversation: Ethernet, with times in microseconds. */
final class CaptureBuilder {
  /** The length of a file without packets. */
  static final int HEADER_BYTES = 24;

  private static final int RECORD_BYTES = 16;

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();
  private final FrameBuilder client = new FrameBuilder(Ends.IPV4, Direction.CLIENT_TO_SERVER);
  private final FrameBuilder server = new FrameBuilder(Ends.IPV4, Direction.SERVER_TO_CLIENT);
  private long nowMicros;

  private CaptureBuilder() {
    file.writeBytes(
        ByteBuffer.allocate(HEADER_BYTES)
            .putInt(0xa1b2c3d4)
            .putShort((short) 2)
            .putShort((short) 4)
            .putLong(0)
            .putInt(65_535)
            .putInt(1)
            .array());
  }

  /** A capture without packets. */
  static CaptureBuilder empty() {
    return new CaptureBuilder();
  }

  /** A capture with a complete handshake. */
  static CaptureBuilder opened() {
    return empty()
        .segment(client(), TcpFlags.SYN, 0, 0, "")
        .segment(server(), TcpFlags.SYN | TcpFlags.ACK, 0, 1, "")
        .segment(client(), TcpFlags.ACK, 1, 1, "");
  }

  static Direction client() {
    return Direction.CLIENT_TO_SERVER;
  }

  static Direction server() {
    return Direction.SERVER_TO_CLIENT;
  }

  /** Sets the time of the next packets, in seconds after the start. */
  CaptureBuilder at(double seconds) {
    nowMicros = Math.round(seconds * 1e6);
    return this;
  }

  /** A data segment. Numbers are relative to the initial sequence numbers. */
  CaptureBuilder data(Direction direction, int start, int acknowledged, String text) {
    return segment(direction, TcpFlags.ACK | TcpFlags.PSH, start, acknowledged, text);
  }

  /** A FIN segment. */
  CaptureBuilder fin(Direction direction, int start, int acknowledged) {
    return segment(direction, TcpFlags.ACK | TcpFlags.FIN, start, acknowledged, "");
  }

  /** A pure acknowledgement. */
  CaptureBuilder ack(Direction direction, int start, int acknowledged) {
    return segment(direction, TcpFlags.ACK, start, acknowledged, "");
  }

  /** The file. */
  byte[] octets() {
    return file.toByteArray();
  }

  /** A data segment in two fragments, the second one first. */
  CaptureBuilder dataInFragments(
      Direction direction, int start, int acknowledged, int cut, String text) {
    int flags = TcpFlags.ACK | TcpFlags.PSH;
    byte[] frame = frame(direction, flags, start, acknowledged, text);
    FrameFragments.cut(frame, 4_711, cut).reversed().forEach(this::record);
    return this;
  }

  private CaptureBuilder segment(
      Direction direction, int flags, int start, int acknowledged, String text) {
    return record(frame(direction, flags, start, acknowledged, text));
  }

  private byte[] frame(Direction direction, int flags, int start, int acknowledged, String text) {
    boolean ack = (flags & TcpFlags.ACK) != 0;
    return (direction == client() ? client : server)
        .flags(flags)
        .sequence(Ends.IPV4.isn(direction) + start)
        .acknowledgement(ack ? Ends.IPV4.isn(direction.opposite()) + acknowledged : 0)
        .payload(Octets.ofText(text))
        .build();
  }

  private CaptureBuilder record(byte[] frame) {
    file.writeBytes(
        ByteBuffer.allocate(RECORD_BYTES + frame.length)
            .putInt((int) (nowMicros / 1_000_000))
            .putInt((int) (nowMicros % 1_000_000))
            .putInt(frame.length)
            .putInt(frame.length)
            .put(frame)
            .array());
    return this;
  }
}
