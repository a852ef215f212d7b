package dev.midstream.wire.fastpath;

import dev.midstream.wire.nativecall.InterfaceRequest;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.PacketDescriptor;
import java.lang.foreign.Arena;

/** Pins that the user of the process may not look for. */
public final class HiddenPins {
  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;

  private HiddenPins() {}

  /**
   * Whether a program that has died may have left pins between two interfaces: the directory of
   * pins cannot be looked at, and both interfaces are promiscuous, as it has left them.
   */
  public static boolean areLikely(String inside, String outside) {
    return PinFolder.OWN.isHidden() && arePromiscuous(inside, outside);
  }

  static boolean arePromiscuous(String... names) {
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      int socket = linux.socket(AF_INET, SOCK_DGRAM | PacketDescriptor.SOCK_CLOEXEC, 0);
      InterfaceRequest request = new InterfaceRequest(linux);
      boolean areAll = socket >= 0;
      for (String each : names) {
        areAll =
            areAll && InterfaceRequest.isName(each) && request.name(each).isPromiscuous(socket);
      }
      int ignored = linux.close(socket);
      return areAll;
    }
  }
}
