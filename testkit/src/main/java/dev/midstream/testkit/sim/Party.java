package dev.midstream.testkit.sim;

import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;

/**
 * The configuration of one endpoint of a connection.
 *
 * @param options its TCP options and behaviours
 * @param application its application
 * @param active whether it opens the connection
 */
public record Party(EndpointOptions options, Application application, boolean active) {

  /** An active endpoint. */
  public static Party opening(EndpointOptions options, Application application) {
    return new Party(options, application, true);
  }

  /** A passive endpoint. */
  public static Party waiting(EndpointOptions options, Application application) {
    return new Party(options, application, false);
  }
}
