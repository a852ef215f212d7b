package dev.midstream.agent;

import java.util.Objects;

/**
 * What is known of a connection when its agent is first asked. It stays the same as long as the
 * connection lives. Each end calls both ends by addresses of its own; they differ only where
 * addresses are translated on the way.
 *
 * @param client the client, as it calls itself
 * @param server the server, as the client calls it
 * @param clientAtServer the client, as the server calls it
 * @param serverAtServer the server, as it calls itself
 * @param start how much of the connection the agent sees
 * @param isEnforced whether decisions are carried out. If not, the connection is only monitored:
 *     both ends get what the other one sent, whatever is decided. An agent that waits for the
 *     answers of its peer must not count on its denials and replies there
 * @param context what the agent handed over that {@linkplain Expectation expected} this connection;
 *     empty if none did
 */
public record Opening(
    Endpoint client,
    Endpoint server,
    Endpoint clientAtServer,
    Endpoint serverAtServer,
    Start start,
    boolean isEnforced,
    Octets context) {

  /** How much of a connection the agent sees. */
  public enum Start {
    /** Both streams from their first octet on. */
    WHOLE,
    /**
     * The opening was not seen: both streams from somewhere in their middle on, and the client is
     * the sender of the first segment seen, which is a guess. Only edits of equal length apply;
     * other edits and replies do not.
     */
    PICKED_UP
  }

  /** Rejects null. */
  public Opening {
    Objects.requireNonNull(client, "client");
    Objects.requireNonNull(server, "server");
    Objects.requireNonNull(clientAtServer, "clientAtServer");
    Objects.requireNonNull(serverAtServer, "serverAtServer");
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(context, "context");
  }

  /** An enforced connection that is seen whole, with the same addresses at both ends. */
  public static Opening of(Endpoint client, Endpoint server) {
    return new Opening(client, server, client, server, Start.WHOLE, true, Octets.empty());
  }

  /** The same on a connection that is only monitored. */
  public Opening asMonitored() {
    return new Opening(client, server, clientAtServer, serverAtServer, start, false, context);
  }
}
