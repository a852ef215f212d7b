package dev.midstream.engines.sim;

import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.testkit.notation.Ends;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What all engines of a cluster report, by the port of the client. */
final class CountedEvents implements EventSink {
  private final Map<Integer, Set<Reason>> reasons = new HashMap<>();

  @Override
  public void event(Reason reason, String connection, String text) {
    if (connection.contains(" > ")) {
      int port = clientPort(connection);
      reasons.computeIfAbsent(port, each -> EnumSet.noneOf(Reason.class)).add(reason);
    }
  }

  /** The port of the client of a connection, by its name. */
  static int clientPort(String connection) {
    int end = connection.indexOf(" > ");
    return Integer.parseInt(connection.substring(connection.lastIndexOf(':', end) + 1, end));
  }

  /** What was reported of the connection of {@code ends}. */
  Set<Reason> of(Ends ends) {
    return reasons.getOrDefault(ends.clientPort(), Set.of());
  }
}
