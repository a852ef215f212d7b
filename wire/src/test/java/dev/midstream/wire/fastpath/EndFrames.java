package dev.midstream.wire.fastpath;

import static dev.midstream.wire.header.TestFrames.MACS;
import static dev.midstream.wire.header.TestFrames.counting;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.ipv4;
import static dev.midstream.wire.header.TestFrames.ipv6;
import static dev.midstream.wire.header.TestFrames.join;
import static dev.midstream.wire.header.TestFrames.tcp;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.midstream.wire.header.TestFrames;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;

/** Frames that an end of an adopted connection sends. */
final class EndFrames {
  static final int ACKNOWLEDGEMENT = 0x05060708;
  static final int SOURCE_PORT = 40_000;
  static final int DESTINATION_PORT = 80;
  private static final int FLAGS = 13;

  private EndFrames() {}

  /** A segment with these flags and so many octets; in a VLAN, unless {@code vlan} is 0. */
  static byte[] of(int version, int vlan, int flags, int octets) {
    byte[] segment = tcp(TestFrames.NOTHING, counting(octets));
    segment[FLAGS] = (byte) flags;
    byte[] tag = vlan == 0 ? TestFrames.NOTHING : hex("8100 00%02x".formatted(vlan));
    byte[] type = hex(version == 4 ? "0800" : "86dd");
    return join(MACS, tag, type, version == 4 ? ipv4(segment) : ipv6(segment));
  }

  /** The frame in memory that a system call takes. */
  static Packet packet(Linux linux, byte[] frame) {
    MemorySegment memory = linux.allocate(frame.length);
    MemorySegment.copy(frame, 0, memory, JAVA_BYTE, 0, frame.length);
    return new Packet().at(memory, 0, frame.length).from(LinkType.ETHERNET, Leg.INSIDE, 0, 0);
  }
}
