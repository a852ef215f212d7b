package dev.midstream.wire.capture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Builds a capture file word by word, in either byte order. */
final class CaptureFileBuilder {
  static final int PCAP_MICROS = 0xa1b2c3d4;
  static final int PCAP_NANOS = 0xa1b23c4d;

  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
  private ByteOrder order;

  CaptureFileBuilder(ByteOrder order) {
    this.order = order;
  }

  static CaptureFileBuilder pcap(ByteOrder order, int magic, int snapLength, int linkType) {
    return new CaptureFileBuilder(order)
        .word(magic)
        .half(2)
        .half(4)
        .word(0)
        .word(0)
        .word(snapLength)
        .word(linkType);
  }

  CaptureFileBuilder record(int seconds, int fraction, byte[] packet, int originalBytes) {
    return word(seconds).word(fraction).word(packet.length).word(originalBytes).octets(packet);
  }

  CaptureFileBuilder section(ByteOrder order, long sectionBytes) {
    this.order = order;
    CaptureFileBuilder body = body().word(0x1a2b3c4d).half(1).half(0).longWord(sectionBytes);
    return block(0x0a0d0d0a, body);
  }

  CaptureFileBuilder interfaceBlock(int linkType, int snapLength, CaptureFileBuilder options) {
    return block(1, body().half(linkType).half(0).word(snapLength).octets(options.toByteArray()));
  }

  CaptureFileBuilder enhanced(
      int interfaceId, long stamp, byte[] packet, int originalBytes, CaptureFileBuilder options) {
    return block(
        6,
        body()
            .word(interfaceId)
            .word((int) (stamp >>> 32))
            .word((int) stamp)
            .word(packet.length)
            .word(originalBytes)
            .padded(packet)
            .octets(options.toByteArray()));
  }

  CaptureFileBuilder obsolete(int interfaceId, long stamp, byte[] packet, int originalBytes) {
    return block(
        2,
        body()
            .half(interfaceId)
            .half(7)
            .word((int) (stamp >>> 32))
            .word((int) stamp)
            .word(packet.length)
            .word(originalBytes)
            .padded(packet));
  }

  CaptureFileBuilder simple(byte[] packet, int originalBytes) {
    return block(3, body().word(originalBytes).padded(packet));
  }

  CaptureFileBuilder block(int type, CaptureFileBuilder body) {
    byte[] content = body.toByteArray();
    return word(type).word(12 + content.length).octets(content).word(12 + content.length);
  }

  CaptureFileBuilder option(int code, byte[] value) {
    return half(code).half(value.length).padded(value);
  }

  /** An empty builder in the current byte order. */
  CaptureFileBuilder body() {
    return new CaptureFileBuilder(order);
  }

  CaptureFileBuilder word(int value) {
    return octets(ByteBuffer.allocate(4).order(order).putInt(value).array());
  }

  CaptureFileBuilder half(int value) {
    return octets(ByteBuffer.allocate(2).order(order).putShort((short) value).array());
  }

  CaptureFileBuilder longWord(long value) {
    return octets(ByteBuffer.allocate(8).order(order).putLong(value).array());
  }

  CaptureFileBuilder padded(byte[] value) {
    return octets(value).octets(new byte[-value.length & 3]);
  }

  CaptureFileBuilder octets(byte[] value) {
    octets.writeBytes(value);
    return this;
  }

  byte[] toByteArray() {
    return octets.toByteArray();
  }
}
