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
import picocli.CommandLine.Spec;

/** The {@code status} command: the state and the counters of a running node. */
@Command(name = "status", description = "Shows the state and the counters of a running node.")
public final class StatusCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  @Spec
  private CommandSpec spec;

  @Mixin private NodeOptions node = new NodeOptions();

  @Override
  public Integer call() throws ConfigurationException, InputException, FailureException {
    JsonNode status = node.get("/status");
    PrintWriter out = spec.commandLine().getOut();
    if (node.json()) {
      out.println(status);
    } else {
      StatusText.of(status).forEach(out::println);
    }
    out.flush();
    return ExitCode.DONE;
  }
}
