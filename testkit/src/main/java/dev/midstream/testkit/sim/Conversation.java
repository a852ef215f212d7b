package dev.midstream.testkit.sim;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.wire.packet.Leg;

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

  /** The endpoint on the side {@code leg}. */
  public TcpEndpoint endpoint(Leg leg) {
    return leg == Leg.INSIDE ? client : server;
  }

  /** The endpoint that receives the octets of {@code direction}. */
  public TcpEndpoint receiver(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? server : client;
  }

  @Override
  public String toString() {
    return client + "\n" + server;
  }
}
