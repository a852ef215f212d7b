package dev.midstream.gateway.command;

import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.ConfigurationException;
import dev.midstream.gateway.config.ConfigurationFile;
import dev.midstream.gateway.config.ConfigurationFile.Purpose;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The {@code dispatch} command: checks the configuration, then passes packets on to the nodes of a
 * cluster until it is told to end (PDP-9).
 */
@Command(
    name = "dispatch",
    description = "Passes packets on to the nodes of a cluster that own them, until SIGTERM.")
public final class DispatchCommand implements Callable<Integer> {
  private final InlineForwarder forwarder;

  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  @Spec
  private CommandSpec spec;

  @Mixin private ConfigOption config = new ConfigOption();

  public DispatchCommand(InlineForwarder forwarder) {
    this.forwarder = forwarder;
  }

  @Override
  public Integer call()
      throws ConfigurationException, InputException, IOException, FailureException {
    Configuration configuration = ConfigurationFile.load(config.file(), Purpose.DISPATCH);
    new ErrorLines(spec.commandLine().getErr()).warn(configuration.warnings());
    OutputPlace.checkEvents(configuration.eventsFile(), config.file());
    Forwarding.run(forwarder, configuration, null, config.file(), spec.commandLine().getOut());
    return ExitCode.DONE;
  }
}
