package dev.midstream.demo;

import dev.midstream.demo.network.Network;
import java.io.IOException;

/** One conversation between a client and a server, with the box between them. */
interface Scene {
  /** Its name in the table of verdicts. */
  String name();

  /**
   * Runs the conversation and checks what arrived.
   *
   * @throws IOException if the network, the client or the server fails, which is a failed scene
   */
  Verdict run(Network network, Screen screen) throws IOException;
}
