package dev.midstream.gateway.command;

import dev.midstream.gateway.config.ConfigurationException;
import dev.midstream.gateway.config.ConfigurationFile;
import dev.midstream.gateway.config.NamedAgents;
import dev.midstream.gateway.plugin.AgentCatalog;
import dev.midstream.gateway.plugin.InstalledAgent;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The {@code agents} command: the agents that rules may name, or all about one of them. */
@Command(
    name = "agents",
    description = "Lists the agents that rules may name, or the settings and reasons of one.")
public final class AgentsCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  @Spec
  private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A configuration; the plug-ins that it names are listed too.")
  private @Nullable Path config;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "An agent, to see its settings and reasons.")
  private @Nullable String name;

  @Override
  public Integer call() throws ConfigurationException, InputException {
    NamedAgents agents =
        config == null ? NamedAgents.ofProgram() : ConfigurationFile.loadAgents(config);
    AgentCatalog catalog = agents.catalog();
    InstalledAgent named = name == null ? null : catalog.agents().get(name);
    if (name == null) {
      print(AgentText.list(catalog.agents().values()));
    } else if (named != null) {
      print(AgentText.describe(named, agents));
    }
    ErrorLines errors = new ErrorLines(spec.commandLine().getErr());
    for (AgentCatalog.Problem problem : catalog.problems()) {
      errors.print(problem.place() + ": " + problem.message());
    }
    if (name != null && named == null) {
      throw new InputException(catalog.unknown(name));
    }
    return catalog.problems().isEmpty() ? ExitCode.DONE : ExitCode.REFUSED;
  }

  private void print(List<String> lines) {
    PrintWriter out = spec.commandLine().getOut();
    lines.forEach(out::println);
    out.flush();
  }
}
