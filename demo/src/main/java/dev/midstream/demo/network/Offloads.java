package dev.midstream.demo.network;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.Linux;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The offloads of an interface: checksums, segmentation (TSO, GSO) and GRO; set as ethtool(8) does.
 */
final class Offloads {
  private static final long SIOCETHTOOL = 0x8946;
  private static final int SET_RECEIVE_CHECKSUM = 0x15;
  private static final int SET_TRANSMIT_CHECKSUM = 0x17;
  private static final int SET_TSO = 0x1f;
  private static final int SET_GSO = 0x24;
  private static final int SET_GRO = 0x2c;
  private static final int REQUEST_BYTES = 40;
  private static final int REQUEST_POINTER = 16;
  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;

  private Offloads() {}

  /** Turns all of them off. The calling thread must be in the interface's namespace. */
  static void disable(String name) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      int socket = linux.socket(AF_INET, SOCK_DGRAM, 0);
      try {
        set(linux, arena, socket, name, SET_GRO);
        set(linux, arena, socket, name, SET_TSO);
        set(linux, arena, socket, name, SET_GSO);
        set(linux, arena, socket, name, SET_TRANSMIT_CHECKSUM);
        set(linux, arena, socket, name, SET_RECEIVE_CHECKSUM);
      } finally {
        int ignored = linux.close(socket);
      }
    }
  }

  private static void set(Linux linux, Arena arena, int socket, String name, int command)
      throws IOException {
    MemorySegment value = arena.allocate(2 * Integer.BYTES, Long.BYTES);
    value.set(JAVA_INT, 0, command);
    MemorySegment request = arena.allocate(REQUEST_BYTES, Long.BYTES);
    request.setString(0, name);
    request.set(JAVA_LONG, REQUEST_POINTER, value.address());
    int result = linux.control(socket, SIOCETHTOOL, request.address());
    if (result < 0) {
      throw new IOException(
          "cannot set an offload: name=%s command=%d error=%s"
              .formatted(name, command, Errno.text(-result)));
    }
  }
}
