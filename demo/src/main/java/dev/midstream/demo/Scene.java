package dev.midstream.demo;

import dev.midstream.demo.network.Network;
import java.io.IOException;

/** Something that a client and a server do while the box is at work between them. */
interface Scene {
  /** What it is called in the table. */
  String name();

  /**
   * Plays it.
   *
   * @throws IOException if the network or an end fails, which is a verdict too
   */
  Verdict play(Network network, Screen screen) throws IOException;
}
