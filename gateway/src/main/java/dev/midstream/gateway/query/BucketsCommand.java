package dev.midstream.gateway.query;

import com.fasterxml.jackson.databind.JsonNode;
import dev.midstream.gateway.command.ExitCode;
import dev.midstream.gateway.command.FailureException;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.config.ConfigurationException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code buckets} command: owner and backups of each bucket, or the move of one. */
@Command(
    name = "buckets",
    description = "Shows the buckets of a cluster as a node knows them, or moves one.")
public final class BucketsCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  @Spec
  private CommandSpec spec;

  @Mixin private NodeOptions node = new NodeOptions();

  @Option(
      names = "--move",
      arity = "2",
      paramLabel = "BUCKET NODE",
      hideParamSyntax = true,
      description = "Moves a bucket to a member, by its name or address, such as 10.9.0.1:7800.")
  private @Nullable List<String> move;

  @Override
  public Integer call() throws ConfigurationException, InputException, FailureException {
    if (move != null) {
      return move(move.getFirst(), move.getLast());
    }
    JsonNode cluster = node.get("/cluster");
    PrintWriter out = spec.commandLine().getOut();
    if (node.json()) {
      out.println(cluster);
    } else {
      ClusterText.buckets(cluster).forEach(out::println);
    }
    out.flush();
    return ExitCode.DONE;
  }

  private int move(String bucket, String to)
      throws ConfigurationException, InputException, FailureException {
    if (!bucket.matches("[0-9]{1,4}")) {
      throw new InputException("must be the number of a bucket, --move=" + bucket);
    }
    if (!to.matches("[A-Za-z0-9._:\\[\\]-]+")) {
      throw new InputException(
          "must be the name or the address of a member, such as n2 or 10.9.0.1:7800, --move=" + to);
    }
    JsonNode answer = node.order("/cluster/move?bucket=" + bucket + "&to=" + to);
    PrintWriter out = spec.commandLine().getOut();
    out.println(node.json() ? answer.toString() : "bucket " + bucket + " moves to " + to);
    out.flush();
    return ExitCode.DONE;
  }
}
