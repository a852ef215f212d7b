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

  /** Whether the interface with {@code index} is promiscuous; false if there is none. */
  boolean isOn(int index) {
    return request.resolveName(socket, index) && request.isPromiscuous(socket);
  }

  /** Makes the interface with {@code index} promiscuous. */
  void begin(int index) throws FastPathException {
    KernelMaps.require("make an interface promiscuous", set(index, true));
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
