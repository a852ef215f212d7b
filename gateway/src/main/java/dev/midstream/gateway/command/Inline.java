package dev.midstream.gateway.command;

import dev.midstream.gateway.config.Configuration;
import java.io.IOException;

/** Forwards packets inline. */
public interface Inline {

  /**
   * Forwards packets until the program is told to end.
   *
   * @param ready called once, when packets are forwarded
   * @throws InputException if the port cannot be opened, with what to change
   * @throws IOException if events cannot be written
   * @throws InlineException if forwarding ended without being told to
   */
  void run(Configuration configuration, Runnable ready)
      throws InputException, IOException, InlineException;
}
