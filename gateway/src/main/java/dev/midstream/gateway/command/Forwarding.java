package dev.midstream.gateway.command;

import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.ConfigurationFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What the commands that forward packets until they are told to end have in common. */
final class Forwarding {
  private static final String READY = "midstream ready";

  private Forwarding() {}

  /**
   * Forwards packets, and says on {@code out} when it does.
   *
   * @param file where the configuration stands
   */
  static void run(
      InlineForwarder forwarder,
      Configuration configuration,
      @Nullable RecordRequest record,
      Path file,
      PrintWriter out)
      throws InputException, IOException, FailureException {
    try {
      forwarder.run(
          configuration,
          record,
          () -> {
            out.println(READY);
            out.flush();
          });
    } catch (InputException e) {
      throw placed(e, file);
    }
  }

  /** The same problem with the place of the key that it is about. */
  private static InputException placed(InputException problem, Path file) {
    String key = problem.key();
    return key == null
        ? problem
        : new InputException(
            ConfigurationFile.placeOf(file, key) + ": " + problem.getMessage() + ", key=" + key);
  }
}
