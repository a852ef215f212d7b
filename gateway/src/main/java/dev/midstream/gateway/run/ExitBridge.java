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

/**
 * The kernel's bridge between the interfaces while the program does not run, if the configuration
 * asks for it.
 */
final class ExitBridge {
  /** Held back for the end, which may come because there are no more. */
  private static final int SPARE_DESCRIPTORS = 8;

  private final List<InputStream> spare = new ArrayList<>();
  private final boolean isPossible;
  private final boolean isWanted;
  private final KernelBridge bridge;

  ExitBridge(Configuration configuration) {
    PortSettings port = configuration.port();
    isPossible = port.kind() == PortSettings.Kind.AFPACKET;
    isWanted = configuration.onExit() == OnExit.OPEN;
    bridge = new KernelBridge(port.inside(), port.outside());
  }

  /** Removes the bridge of an earlier run, and checks that this run can make one at its end. */
  void begin() throws InputException {
    try {
      if (isPossible) {
        bridge.removeStale();
      }
      if (isWanted) {
        bridge.prepare();
        for (int i = 0; i < SPARE_DESCRIPTORS; i++) {
          spare.add(new FileInputStream("/dev/null"));
        }
      }
    } catch (PortException | IOException e) {
      throw new InputException(String.valueOf(e.getMessage()));
    }
  }

  /** Makes the bridge if it is configured. All ports must be closed. */
  void end() throws FailureException {
    if (!isWanted) {
      return;
    }
    try {
      for (InputStream each : spare) {
        each.close();
      }
      bridge.join();
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
}
