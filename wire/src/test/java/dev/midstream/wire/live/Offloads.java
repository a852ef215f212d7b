package dev.midstream.wire.live;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.midstream.wire.nativecall.Linux;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Checksum and segmentation offloads of an interface, set with ioctl(2) as by ethtool(8). */
final class Offloads {
  private static final long SIOCETHTOOL = 0x8946;
  private static final int SET_RECEIVE_CHECKSUM = 0x15;
  private static final int SET_TRANSMIT_CHECKSUM = 0x17;
  private static final int SET_TCP_SEGMENTATION = 0x1f;
  private static final int SET_SEGMENTATION = 0x24;
  private static final int SET_RECEIVE_JOINING = 0x2c;
  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;

  private Offloads() {}

  /** Switches all offloads off: every frame is a single segment with a complete checksum. */
  static void off(NameSpace nameSpace, String name) {
    nameSpace.in(() -> {
      set(name, SET_RECEIVE_JOINING);
      set(name, SET_TCP_SEGMENTATION);
      set(name, SET_SEGMENTATION);
      set(name, SET_TRANSMIT_CHECKSUM);
      return set(name, SET_RECEIVE_CHECKSUM);
    });
  }

  private static int set(String name, int command) {
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      MemorySegment value = arena.allocate(8, 8);
      value.set(JAVA_INT, 0, command);
      MemorySegment request = arena.allocate(40, 8);
      request.setString(0, name);
      request.set(JAVA_LONG, 16, value.address());
      int socket = linux.socket(AF_INET, SOCK_DGRAM, 0);
      int result = linux.control(socket, SIOCETHTOOL, request.address());
      if (linux.close(socket) < 0 || result < 0) {
        throw new IllegalStateException(
            "cannot set: name=" + name + " command=" + command + " error=" + -result);
      }
      return result;
    }
  }
}
