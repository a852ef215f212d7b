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
 * The {@code run} command: checks the configuration, then forwards packets until it is told to end.
 */
@Command(
    name = "run",
    description = "Forwards packets between two interfaces, and edits them, until SIGTERM.")
public final class RunCommand implements Callable<Integer> {
  private final InlineForwarder forwarder;

  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  @Spec
  private CommandSpec spec;

  @Mixin private ConfigOption config = new ConfigOption();

  @Mixin private RecordOptions recording = new RecordOptions();

  public RunCommand(InlineForwarder forwarder) {
    this.forwarder = forwarder;
  }

  @Override
  public Integer call()
      throws ConfigurationException, InputException, IOException, FailureException {
    Configuration configuration = ConfigurationFile.load(config.file(), Purpose.INLINE);
    new ErrorLines(spec.commandLine().getErr()).warn(configuration.warnings());
    OutputPlace.checkEvents(configuration.eventsFile(), config.file());
    Forwarding.run(
        forwarder,
        configuration,
        recording.request(configuration, config.file()),
        config.file(),
        spec.commandLine().getOut());
    return ExitCode.DONE;
  }
}
