package dev.midstream.reassembly.status;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.SnapshotHead;
import dev.midstream.reassembly.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a list of all connections says of one.
 *
 * @param key its ends, as of a segment from the client; not to be changed
 * @param rule the name of its rule
 * @param agent the name of the rule's agent; null if there is none
 * @param clientOctets octets that the client sent, as far as they were seen; {@link #UNKNOWN} if
 *     they were not counted
 * @param serverOctets the same of the server
 */
public record ConnectionSummary(
    ConnectionKey key,
    ConnectionState state,
    String rule,
    @Nullable String agent,
    long clientOctets,
    long serverOctets) {
  /** The connection is not inspected, or is parked and had no packet lately. */
  public static final long UNKNOWN = -1;

  static ConnectionSummary of(Connection connection) {
    return new ConnectionSummary(
        connection.key(),
        connection.state(),
        connection.rule().name(),
        connection.rule().agentName(),
        octets(connection, Direction.CLIENT_TO_SERVER),
        octets(connection, Direction.SERVER_TO_CLIENT));
  }

  static ConnectionSummary of(ConnectionKey key, SnapshotHead head) {
    return new ConnectionSummary(
        key, head.state(), head.rule().name(), head.rule().agentName(), UNKNOWN, UNKNOWN);
  }

  private static long octets(Connection connection, Direction direction) {
    Stream stream = connection.streamOrNull(direction);
    return stream == null ? UNKNOWN : stream.sender().orgSeenEnd();
  }
}
