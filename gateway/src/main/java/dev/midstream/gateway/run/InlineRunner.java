package dev.midstream.gateway.run;

import dev.midstream.gateway.command.FailureException;
import dev.midstream.gateway.command.InlineForwarder;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.command.RecordRequest;
import dev.midstream.gateway.config.ClusterConfiguration;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.fastpath.NodeFastPath;
import dev.midstream.gateway.output.NodeLog;
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

  @SuppressWarnings("IllegalCatch") // whatever ends the program must leave the bridge
  private static void run(
      Configuration configuration,
      @Nullable RecordRequest record,
      @Nullable InterfaceLock lock,
      Runnable ready)
      throws InputException, IOException, FailureException {
    Logger logger = LoggerFactory.getLogger(InlineRunner.class);
    NodeLog log = (level, line) -> logger.atLevel(level).log(line);
    try (ExitBridge bridge = new ExitBridge(configuration)) {
      try {
        run(configuration, record, lock, log, bridge, ready);
      } catch (InputException | IOException | FailureException | RuntimeException | Error e) {
        bridge.joinAfter(e);
        throw e;
      }
      bridge.end();
    }
  }

  private static void run(
      Configuration configuration,
      @Nullable RecordRequest record,
      @Nullable InterfaceLock lock,
      NodeLog log,
      ExitBridge bridge,
      Runnable ready)
      throws InputException, IOException, FailureException {
    try (Operations operations = Operations.open(configuration, record, log);
        NodeFastPath fastPath = NodeFastPath.open(configuration, record != null, log)) {
      operations.showFastPath(fastPath);
      ClusterConfiguration cluster = configuration.cluster();
      if (cluster == null) {
        WorkerFactory factory = new WorkerFactory(configuration, operations, lock, fastPath);
        Workers workers = new Workers(factory.workers());
        run(
            workers,
            operations,
            bridge,
            workers::stop,
            () -> {
              fastPath.checkRequired();
              fastPath.whenForwarding(ready);
            });
        fastPath.setOrderly();
      } else {
        runInCluster(configuration, cluster, operations, lock, log, bridge, ready);
      }
    }
  }

  private static void runInCluster(
      Configuration configuration,
      ClusterConfiguration cluster,
      Operations operations,
      @Nullable InterfaceLock lock,
      NodeLog log,
      ExitBridge bridge,
      Runnable ready)
      throws InputException, IOException, FailureException {
    EndTime end = new EndTime(System::nanoTime);
    try (ClusterWorkers node =
        ClusterWorkers.open(configuration, cluster, operations, lock, log, end)) {
      Workers workers = new Workers(node.workers(), end);
      Runnable stop =
          () -> {
            end.begin();
            node.leave();
            workers.stop();
          };
      node.whenLeft(workers::stop);
      operations.showCluster(node);
      run(
          workers,
          operations,
          bridge,
          stop,
          () -> {
            node.begin();
            node.whenForwarding(ready);
          });
    }
  }

  /** What is done when all ports are open. */
  @FunctionalInterface
  private interface Opened {
    void run() throws InputException;
  }

  @SuppressWarnings("IllegalCatch") // whatever ends the program must end the workers
  private static void run(
      Workers workers, Operations operations, ExitBridge bridge, Runnable stop, Opened opened)
      throws InputException, IOException, FailureException {
    // First, so that a signal cannot leave the interfaces without their bridge.
    Signals.onTermination(stop);
    Signals.onRotation(operations::reopen);
    Signals.ignoreStray();
    try {
      bridge.begin();
      workers.open();
      workers.list().forEach(operations::add);
      if (!workers.isStopped()) {
        opened.run();
      }
      workers.run();
    } catch (InputException | IOException | FailureException | RuntimeException | Error e) {
      workers.stop();
      throw e;
    }
  }
}
