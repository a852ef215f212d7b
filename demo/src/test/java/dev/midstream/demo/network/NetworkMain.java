package dev.midstream.demo.network;

import java.io.IOException;

/** A program for tests: makes a network and prints its client's addresses. */
final class NetworkMain {
  private NetworkMain() {}

  public static void main(String[] arguments) throws IOException {
    try (Network network = Network.make(1_500)) {
      System.out.println(network.client().output("ip", "addr", "show", "dev", "c0"));
    }
  }
}
