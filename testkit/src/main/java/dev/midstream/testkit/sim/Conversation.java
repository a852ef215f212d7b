package dev.midstream.testkit.sim;

import dev.midstream.testkit.sim.tcp.TcpEndpoint;

/**
 * The two ends of one connection.
 *
 * @param client the end inside
 * @param server the end outside
 */
public record Conversation(TcpEndpoint client, TcpEndpoint server) {

  /** Whether both have ended and both applications have done everything. */
  public boolean isDone() {
    return client.isDone() && server.isDone();
  }

  @Override
  public String toString() {
    return client + "\n" + server;
  }
}
