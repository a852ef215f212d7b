package dev.midstream.wire.live;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.InterfaceRequest;
import dev.midstream.wire.nativecall.Linux;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A TAP device as used by a virtual machine: its owner decides what the host receives. */
final class TapDevice implements AutoCloseable {
  private static final int READ_WRITE = 2;
  private static final long TUNSETIFF = 0x4004_54caL;
  private static final int TAP_WITHOUT_INFORMATION_WITH_VIRTIO = 0x0002 | 0x1000 | 0x4000;
  private static final int BUFFER_BYTES = 70_000;

  private final Linux linux = new Linux(Arena.ofAuto());
  private final MemorySegment buffer = linux.allocate(BUFFER_BYTES);
  private final int descriptor;

  private TapDevice(String name) {
    descriptor = linux.open("/dev/net/tun", READ_WRITE);
    check(descriptor);
    check(
        new InterfaceRequest(linux)
            .name(name)
            .control(descriptor, TUNSETIFF, TAP_WITHOUT_INFORMATION_WITH_VIRTIO));
  }

  /** Creates the device, which is up and sends no frames of its own. */
  static TapDevice in(NameSpace nameSpace, String name) {
    TapDevice made = nameSpace.in(() -> new TapDevice(name));
    nameSpace.set("ipv6/conf/" + name + "/disable_ipv6", "1");
    nameSpace.ip("link set " + name + " up");
    nameSpace.awaitCarrier(name);
    return made;
  }

  /** Makes the host receive a virtio header and its frame. */
  void send(byte[] headerAndFrame) {
    MemorySegment.copy(headerAndFrame, 0, buffer, JAVA_BYTE, 0, headerAndFrame.length);
    check(linux.write(descriptor, buffer.address(), headerAndFrame.length));
  }

  @Override
  public void close() {
    check(linux.close(descriptor));
  }

  private static void check(int result) {
    if (result < 0) {
      throw new IllegalStateException("system call failed: error=" + Errno.text(-result));
    }
  }
}
