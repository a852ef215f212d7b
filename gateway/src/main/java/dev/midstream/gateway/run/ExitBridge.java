package dev.midstream.gateway.run;

import dev.midstream.gateway.command.FailureException;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.Configuration.OnExit;
import dev.midstream.gateway.config.PortSettings;
import dev.midstream.wire.bridge.KernelBridge;
import dev.midstream.wire.port.PortException;

/**
 * The kernel's bridge between the interfaces while the program does not run, if the configuration
 * asks for it.
 */
final class ExitBridge {
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
      }
    } catch (PortException e) {
      throw new InputException(String.valueOf(e.getMessage()));
    }
  }

  /** Makes the bridge if it is configured. All ports must be closed. */
  void end() throws FailureException {
    if (!isWanted) {
      return;
    }
    try {
      bridge.join();
    } catch (PortException e) {
      throw new FailureException(String.valueOf(e.getMessage()), e);
    }
  }

  /** As {@link #end}, after a failure that will be reported; a further one is suppressed by it. */
  void joinAfter(Exception failure) {
    try {
      end();
    } catch (FailureException e) {
      failure.addSuppressed(e);
    }
  }
}
