package dev.midstream.demo.network;

import java.io.IOException;

/** Makes a network and says which addresses its client has: a process of its own for tests. */
final class NetworkTrial {
  private NetworkTrial() {}

  public static void main(String[] arguments) throws IOException {
    try (Network network = Network.make(1_500)) {
      System.out.println(network.client().ask("ip", "addr", "show", "dev", "c0"));
    }
  }
}
