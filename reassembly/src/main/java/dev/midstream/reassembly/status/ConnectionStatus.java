package dev.midstream.reassembly.status;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.fastpath.FastTraffic;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Phase.TimeWait;
import dev.midstream.reassembly.stream.Stream;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The status of one connection.
 *
 * @param ends addresses and ports, client first
 * @param state the state of the handshake or of the closing
 * @param handling what is done with its packets
 * @param rule the name of the connection's rule
 * @param agent the name of the rule's agent; null if there is none
 * @param silentNanos time since the last packet
 * @param clientToServer the stream of the client; null unless the connection is inspected
 * @param serverToClient the stream of the server; null unless the connection is inspected
 * @param fast what passed since the connection was given to the fast path, where it is now; null if
 *     it is not there
 * @param reasons how often each reason was counted, by code, without those that never were
 */
public record ConnectionStatus(
    String ends,
    ConnectionState state,
    Handling handling,
    String rule,
    @Nullable String agent,
    long silentNanos,
    @Nullable StreamStatus clientToServer,
    @Nullable StreamStatus serverToClient,
    @Nullable FastTraffic fast,
    Map<String, Long> reasons) {

  /** Copies the counts. */
  public ConnectionStatus {
    reasons = Collections.unmodifiableMap(new TreeMap<>(reasons));
  }

  static ConnectionStatus of(Connection connection, long nowNanos) {
    return new ConnectionStatus(
        connection.name(),
        connection.state(),
        connection.handling(),
        connection.rule().name(),
        connection.rule().agentName(),
        nowNanos - connection.seen().lastNanos(),
        stream(connection, Direction.CLIENT_TO_SERVER),
        stream(connection, Direction.SERVER_TO_CLIENT),
        null,
        connection.reasons().byCode());
  }

  /** The same connection on the fast path; not there if {@code traffic} is null. */
  ConnectionStatus withFast(@Nullable FastTraffic traffic) {
    return new ConnectionStatus(
        ends,
        state,
        handling,
        rule,
        agent,
        silentNanos,
        clientToServer,
        serverToClient,
        traffic,
        reasons);
  }

  private static @Nullable StreamStatus stream(Connection connection, Direction direction) {
    Stream stream = connection.streamOrNull(direction);
    if (stream != null) {
      return StreamStatus.of(stream);
    }
    return connection.phase() instanceof TimeWait last
        ? StreamStatus.of(last.stream(direction))
        : null;
  }
}
