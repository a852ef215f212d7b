package dev.midstream.gateway.run;

import dev.midstream.gateway.command.FailureException;
import dev.midstream.gateway.command.InlineForwarder;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.command.RecordRequest;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.wire.lock.InterfaceLock;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs workers, each with a port and an engine, and logs changes. */
public final class InlineRunner implements InlineForwarder {

  /**
   * Locks the interfaces first. If another node has them, its files and interfaces stay untouched.
   */
  @Override
  public void run(Configuration configuration, @Nullable RecordRequest record, Runnable ready)
      throws InputException, IOException, FailureException {
    try (InterfaceLock lock = Ports.lock(configuration.port())) {
      run(configuration, record, lock, ready);
    }
  }

  private static void run(
      Configuration configuration,
      @Nullable RecordRequest record,
      @Nullable InterfaceLock lock,
      Runnable ready)
      throws InputException, IOException, FailureException {
    Logger log = LoggerFactory.getLogger(InlineRunner.class);
    ExitBridge bridge = new ExitBridge(configuration);
    try (Operations operations =
        Operations.open(configuration, record, (level, line) -> log.atLevel(level).log(line))) {
      Workers workers = new Workers(new WorkerFactory(configuration, operations, lock).workers());
      // First, so that a signal cannot leave the interfaces without their bridge.
      Signals.onTermination(workers::stop);
      Signals.onRotation(operations::reopen);
      Signals.ignoreStray();
      bridge.begin();
      try {
        run(workers, operations, ready);
      } catch (InputException | IOException | FailureException | RuntimeException e) {
        bridge.joinAfter(e);
        throw e;
      }
    }
    bridge.end();
  }

  private static void run(Workers workers, Operations operations, Runnable ready)
      throws InputException, IOException, FailureException {
    workers.open();
    workers.list().forEach(operations::add);
    if (!workers.isStopped()) {
      ready.run();
    }
    workers.run();
  }
}
