package dev.midstream.wire.fastpath;

import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.InterfaceRequest;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.PacketDescriptor;

/**
 * Keeps interfaces of one network name space promiscuous until that is ended, also after the death
 * of the process.
 */
final class PromiscuousMode implements AutoCloseable {
  private final Linux linux;
  private final InterfaceRequest request;
  private final int socket;

  /** For interfaces of the thread's network name space. */
  PromiscuousMode(Linux linux) throws FastPathException {
    this.linux = linux;
    request = new InterfaceRequest(linux);
    int type = PacketDescriptor.SOCK_RAW | PacketDescriptor.SOCK_CLOEXEC;
    socket = linux.socket(PacketDescriptor.AF_PACKET, type, 0);
    KernelMaps.require("open a socket", socket);
  }

  /** Makes the interface with {@code index} promiscuous; false if it was so before. */
  boolean begin(int index) throws FastPathException {
    int result = set(index, true);
    KernelMaps.require("make an interface promiscuous", result);
    return result > 0;
  }

  /** Ends it. The interface may have disappeared. */
  void end(int index) {
    int ignored = set(index, false);
  }

  private int set(int index, boolean isPromiscuous) {
    return request.resolveName(socket, index)
        ? request.setPromiscuous(socket, isPromiscuous)
        : -Errno.ENODEV;
  }

  @Override
  public void close() {
    int ignored = linux.close(socket);
  }
}
