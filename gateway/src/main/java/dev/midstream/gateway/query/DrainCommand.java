package dev.midstream.gateway.query;

import com.fasterxml.jackson.databind.JsonNode;
import dev.midstream.agent.settings.Quantity;
import dev.midstream.gateway.command.ExitCode;
import dev.midstream.gateway.command.FailureException;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.config.ConfigurationException;
import java.io.PrintWriter;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code drain} command: a node hands its buckets over and ends. */
@Command(
    name = "drain",
    description = "Lets a node of a cluster hand its buckets over, and waits for its end.")
public final class DrainCommand implements Callable<Integer> {
  private static final long LOOK_MILLIS = 200;
  private static final String DRAINING = "draining";

  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  @Spec
  private CommandSpec spec;

  @Mixin private NodeOptions node = new NodeOptions();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "10m",
      description = "How long to wait (default 10m). The node goes on leaving afterwards.")
  private String timeout = "10m";

  @Option(
      names = "--stay",
      description =
          "Open connections stay with the node until they close; it leaves after the last one."
              + " A later order without this option hands them over, too.")
  private boolean stay;

  @Override
  public Integer call() throws ConfigurationException, InputException, FailureException {
    OptionalLong nanos = Quantity.NANOS.parse(timeout);
    if (nanos.isEmpty()) {
      throw new InputException(
          "must be " + Quantity.NANOS.description() + ", --timeout=" + timeout);
    }
    JsonNode ignored = node.order(stay ? "/cluster/drain?stay=true" : "/cluster/drain");
    PrintWriter out = spec.commandLine().getOut();
    long beginNanos = System.nanoTime();
    String shown = "";
    String state = DRAINING;
    while (System.nanoTime() - beginNanos < nanos.getAsLong()) {
      JsonNode cluster;
      try {
        cluster = node.get("/cluster");
      } catch (FailureException e) {
        return ended(out, state, e);
      }
      state = cluster.path("state").asText();
      if (state.equals("left")) {
        return done(out);
      }
      String left = left(cluster);
      if (!left.equals(shown)) {
        shown = left;
        out.println(left);
        out.flush();
      }
      pause();
    }
    throw new FailureException("the node has not left in time, --timeout=" + timeout);
  }

  private static String left(JsonNode cluster) {
    long staying = cluster.path("staying").asLong();
    String buckets = "buckets left " + cluster.path("buckets").path("owned").asLong();
    return staying == 0 ? buckets : buckets + ", connections that stay " + staying;
  }

  /** The node ends when it has left. */
  private static int ended(PrintWriter out, String state, FailureException error)
      throws FailureException {
    if (!state.equals(DRAINING)) {
      throw error;
    }
    return done(out);
  }

  private static int done(PrintWriter out) {
    out.println("the node has left");
    out.flush();
    return ExitCode.DONE;
  }

  private static void pause() throws FailureException {
    try {
      Thread.sleep(LOOK_MILLIS); // the node is asked five times a second
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException("interrupted", e);
    }
  }
}
