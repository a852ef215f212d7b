package dev.midstream.agent;

import java.util.List;

/** One of the two streams of a connection. The client is the endpoint that opened it. */
public enum Direction {
  CLIENT_TO_SERVER,
  SERVER_TO_CLIENT;

  /** Both directions, the client's first. */
  public static final List<Direction> BOTH = List.of(CLIENT_TO_SERVER, SERVER_TO_CLIENT);

  /** The other stream of the same connection. */
  public Direction opposite() {
    return this == CLIENT_TO_SERVER ? SERVER_TO_CLIENT : CLIENT_TO_SERVER;
  }
}
