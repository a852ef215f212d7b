package dev.midstream.testkit.sim;

import dev.midstream.testkit.sim.tcp.TcpEndpoint;

/**
 * The two endpoints of one connection.
 *
 * @param client the endpoint inside
 * @param server the endpoint outside
 */
public record Conversation(TcpEndpoint client, TcpEndpoint server) {

  /** Whether both connections have ended and both applications have finished. */
  public boolean isDone() {
    return client.isDone() && server.isDone();
  }

  @Override
  public String toString() {
    return client + "\n" + server;
  }
}
