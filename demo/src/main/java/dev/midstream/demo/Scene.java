package dev.midstream.demo;

import dev.midstream.demo.network.Network;
import java.io.IOException;
import java.util.List;

/** One conversation between a client and a server, with the box between them. */
interface Scene {
  /** Its name in the table of verdicts. */
  String name();

  /** Programs that it needs and that are not installed here: then it is left out. */
  default List<String> missing() {
    return List.of();
  }

  /**
   * Runs the conversation and checks what arrived.
   *
   * @throws IOException if the network, the client or the server fails, which is a failed scene
   */
  Verdict run(Network network, Screen screen) throws IOException;
}
