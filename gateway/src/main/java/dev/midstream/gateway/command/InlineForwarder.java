package dev.midstream.gateway.command;

import dev.midstream.gateway.config.Configuration;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Forwards packets between two interfaces. */
public interface InlineForwarder {

  /**
   * Forwards packets until the program is told to end.
   *
   * @param record what to record; null for nothing
   * @param ready called once, when forwarding has started
   * @throws InputException if the port cannot be opened, with what to change
   * @throws IOException if events cannot be written
   * @throws FailureException if forwarding ended early
   */
  void run(Configuration configuration, @Nullable RecordRequest record, Runnable ready)
      throws InputException, IOException, FailureException;
}
