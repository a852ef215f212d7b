package dev.midstream.gateway.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
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
  private static final String STATE = "state";
  private static final String BUCKETS = "buckets";
  private static final String OWNED = "owned";
  private static final String STAYING = "staying";
  private static final String DRAINING = "draining";
  private static final String LEFT = "left";

  /** What no node says: its process is gone. */
  private static final String ENDED = "ended";

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

  /** Why the last question was not answered; empty if it was. */
  private String unanswered = "";

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
    JsonNode last = MissingNode.getInstance();
    while (System.nanoTime() - beginNanos < nanos.getAsLong()) {
      JsonNode cluster = ask(last);
      String state = cluster.path(STATE).asText();
      if (state.equals(LEFT)) {
        return done(out, "the node has left");
      } else if (state.equals(ENDED)) {
        return done(out, "the node has ended, and had nothing left");
      }
      last = cluster;
      String left = left(cluster);
      if (!cluster.isMissingNode() && !left.equals(shown)) {
        shown = left;
        out.println(left);
        out.flush();
      }
      pause();
    }
    String silence = unanswered.isEmpty() ? "" : "; it does not answer: " + unanswered;
    throw new FailureException(
        "the node has not left in time, --timeout=%s, %s%s"
            .formatted(timeout, left(last), silence));
  }

  /**
   * What the node says; what it has said last if it is busy; that it has ended if no process is
   * there any more, and nothing was left for it to hand over. It says for a second that it has
   * left.
   *
   * @throws FailureException if its process is gone before it has handed everything over
   */
  private JsonNode ask(JsonNode last)
      throws ConfigurationException, InputException, FailureException {
    try {
      JsonNode cluster = node.get("/cluster");
      unanswered = "";
      return cluster;
    } catch (NoNodeException _) {
      boolean wasEmpty =
          last.path(STATE).asText().equals(DRAINING)
              && last.path(BUCKETS).path(OWNED).asLong() == 0
              && last.path(STAYING).asLong() == 0;
      if (wasEmpty) {
        return JsonNodeFactory.instance.objectNode().put(STATE, ENDED);
      }
      throw new FailureException(
          "the node has ended before it had handed everything over, " + left(last));
    } catch (FailureException e) {
      unanswered = String.valueOf(e.getMessage());
      return last;
    }
  }

  private static String left(JsonNode cluster) {
    long staying = cluster.path(STAYING).asLong();
    String buckets = "buckets left " + cluster.path(BUCKETS).path(OWNED).asText("unknown");
    return staying == 0 ? buckets : buckets + ", connections that stay " + staying;
  }

  private static int done(PrintWriter out, String how) {
    out.println(how);
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
