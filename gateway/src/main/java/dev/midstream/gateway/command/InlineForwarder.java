package dev.midstream.gateway.command;

import dev.midstream.gateway.config.Configuration;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Forwards packets inline. */
public interface InlineForwarder {

  /**
   * Forwards packets until the program is told to end.
   *
   * @param record what is recorded; null for nothing
   * @param ready called once, when packets are forwarded
   * @throws InputException if the port cannot be opened, with what to change
   * @throws IOException if events cannot be written
   * @throws FailureException if forwarding ended without being told to
   */
  void run(Configuration configuration, @Nullable RecordRequest record, Runnable ready)
      throws InputException, IOException, FailureException;
}
