package dev.midstream.gateway.run;

import dev.midstream.gateway.command.FailureException;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.Configuration.OnExit;
import dev.midstream.gateway.config.PortSettings;
import dev.midstream.wire.bridge.KernelBridge;
import dev.midstream.wire.port.PortException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's bridge between the interfaces while the program does not run, if the configuration
 * asks for it.
 */
final class ExitBridge implements AutoCloseable {
  /** Held back for the end, which may come because there are no more. */
  private static final int SPARE_DESCRIPTORS = 8;

  private final List<InputStream> spare = new ArrayList<>();
  private final PortSettings port;
  private final boolean isWanted;
  private @Nullable KernelBridge bridge;

  ExitBridge(Configuration configuration) {
    port = configuration.port();
    isWanted = configuration.onExit() == OnExit.OPEN;
  }

  /**
   * Removes the bridge of an earlier run, and checks that this run can make one at its end. Takes
   * what the end needs first.
   */
  void begin() throws InputException {
    if (port.kind() != PortSettings.Kind.AFPACKET) {
      return;
    }
    try {
      KernelBridge between = new KernelBridge(port.inside(), port.outside());
      bridge = between;
      if (isWanted) {
        for (int i = 0; i < SPARE_DESCRIPTORS; i++) {
          spare.add(new FileInputStream("/dev/null"));
        }
      }
      between.removeStale();
      if (isWanted) {
        between.prepare();
      }
    } catch (PortException | IOException e) {
      throw new InputException(String.valueOf(e.getMessage()));
    }
  }

  /** Makes the bridge if it is configured. All ports must be closed. */
  void end() throws FailureException {
    KernelBridge between = bridge;
    if (!isWanted || between == null) {
      return;
    }
    try {
      for (InputStream each : spare) {
        each.close();
      }
      between.join();
    } catch (PortException | IOException e) {
      throw new FailureException(String.valueOf(e.getMessage()), e);
    }
  }

  /** As {@link #end}, after a failure that will be reported; a further one is suppressed by it. */
  void joinAfter(Throwable failure) {
    try {
      end();
    } catch (FailureException e) {
      failure.addSuppressed(e);
    }
  }

  /** Gives back what was taken for the end. */
  @Override
  public void close() throws IOException {
    KernelBridge between = bridge;
    if (between != null) {
      between.close();
    }
    for (InputStream each : spare) {
      each.close();
    }
  }
}
