package dev.midstream.testkit.sim;

import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;

/**
 * What one end of a connection is to do.
 *
 * @param options how it behaves
 * @param application what runs on top of it
 * @param active whether it opens the connection
 */
public record Party(EndpointOptions options, Application application, boolean active) {

  /** One that opens the connection. */
  public static Party opening(EndpointOptions options, Application application) {
    return new Party(options, application, true);
  }

  /** One that waits for the connection. */
  public static Party waiting(EndpointOptions options, Application application) {
    return new Party(options, application, false);
  }
}
