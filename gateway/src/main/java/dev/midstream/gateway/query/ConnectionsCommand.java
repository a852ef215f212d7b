package dev.midstream.gateway.query;

import com.fasterxml.jackson.databind.JsonNode;
import dev.midstream.gateway.command.ExitCode;
import dev.midstream.gateway.command.FailureException;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.config.ConfigurationException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code connections} command: the most recently active connections of a running node. */
@Command(
    name = "connections",
    description = "Shows the most recently active connections of a running node.")
public final class ConnectionsCommand implements Callable<Integer> {
  private static final int MAX_SHOWN = 1_000;
  private static final long WATCH_MILLIS = 1_000;
  private static final String CLEAR = "\033[H\033[2J";

  private final boolean onTerminal;

  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  @Spec
  private CommandSpec spec;

  @Mixin private NodeOptions node = new NodeOptions();

  @Option(
      names = "--most",
      paramLabel = "N",
      description = "Number of connections, 1 to 1000 (default 100).")
  private int limit = 100;

  @Option(names = "--watch", description = "Repeat every second, until interrupted.")
  private boolean watch;

  @Option(
      names = "--all",
      description = "The connections of all nodes of the cluster, the latest first.")
  private boolean all;

  /** A command that redraws a watched table in place if its output goes to a terminal. */
  public ConnectionsCommand(boolean onTerminal) {
    this.onTerminal = onTerminal;
  }

  @Override
  public Integer call()
      throws ConfigurationException, InputException, FailureException, InterruptedException {
    if (limit < 1 || limit > MAX_SHOWN) {
      throw new ParameterException(spec.commandLine(), "must be 1 to 1000, --most=" + limit);
    }
    PrintWriter out = spec.commandLine().getOut();
    show(node.get(path()), out);
    while (watch && !out.checkError()) {
      Thread.sleep(WATCH_MILLIS); // the interval of --watch
      JsonNode connections = node.get(path());
      out.print(onTerminal ? CLEAR : "");
      show(connections, out);
    }
    return ExitCode.DONE;
  }

  private String path() {
    return "/connections?" + (all ? "all&" : "") + "most=" + limit;
  }

  private void show(JsonNode connections, PrintWriter out) {
    if (node.json()) {
      out.println(connections);
    } else {
      (all ? CommonTable.of(connections) : ConnectionTable.of(connections)).forEach(out::println);
    }
    out.flush();
  }
}
