package dev.midstream.demo.network;

import java.io.IOException;
import java.net.ServerSocket;

/** A server that accepts connections and closes them. */
final class StandInServer {
  private static final int PORT = 7000;

  private StandInServer() {}

  public static void main(String[] arguments) throws IOException {
    try (ServerSocket listening = new ServerSocket(PORT)) {
      while (listening.isBound()) {
        listening.accept().close();
      }
    }
  }
}
