package dev.midstream.gateway.live;

import dev.midstream.demo.network.Namespace;
import dev.midstream.gateway.command.MidstreamCommand;
import dev.midstream.gateway.query.BucketsCommand;
import dev.midstream.gateway.query.ConnectionsCommand;
import dev.midstream.gateway.query.DrainCommand;
import dev.midstream.gateway.query.StatusCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/** A command that asks a node, run in this process: the start of another one takes longer. */
final class QueryCommand {
  private QueryCommand() {}

  /**
   * Runs a command beside the node in {@code place}, and returns its output, stdout and stderr.
   *
   * @throws IOException if its exit code is not 0
   */
  static String run(Namespace place, String... arguments) throws IOException {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text, true);
    int exitCode =
        place.call(() ->
            MidstreamCommand.run(
                out,
                out,
                Map.of(),
                arguments,
                new StatusCommand(),
                new BucketsCommand(),
                new DrainCommand(),
                new ConnectionsCommand(/* onTerminal= */ false)));
    if (exitCode != 0) {
      throw new IOException(
          "command failed: arguments=" + String.join(" ", arguments) + " " + text);
    }
    return text.toString();
  }
}
