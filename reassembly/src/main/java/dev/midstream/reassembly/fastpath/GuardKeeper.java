package dev.midstream.reassembly.fastpath;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.path.EndpointDuties;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;

/** Lets edited connections pass, while this process is silent, as soon as they are settled. */
final class GuardKeeper {
  private final Vantage vantage;
  private final SettledCheck guardable;
  private final Guards guards;
  private final EntryPair pair;
  private final EntryWriter writer;

  /** Keeps {@code guards}; entries are begun by {@code writer}, in {@code pair}. */
  GuardKeeper(
      Vantage vantage, EndpointDuties duties, Guards guards, EntryPair pair, EntryWriter writer) {
    this.vantage = vantage;
    guardable = new SettledCheck(vantage, duties, 0, false);
    this.guards = guards;
    this.pair = pair;
    this.writer = writer;
  }

  private static boolean isReceiverBehind(Connection connection) {
    return isReceiverBehind(connection.stream(Direction.CLIENT_TO_SERVER))
        || isReceiverBehind(connection.stream(Direction.SERVER_TO_CLIENT));
  }

  private static boolean isReceiverBehind(Stream stream) {
    long orgEnd = stream.edits().custodyEnd();
    return orgEnd > 0 && orgEnd > stream.edits().fin().acknowledgement(stream.acknowledged());
  }

  Guards guards() {
    return guards;
  }

  /**
   * Holds {@code connection} if octets were acknowledged that their receiver lacks. Lets it pass
   * with its shift, if it has one, is held and settled.
   */
  void update(Connection connection) {
    if (guards.isOn() && connection.hasEndpointAt(vantage) && isReceiverBehind(connection)) {
      guards.hold(connection);
    }
    if (!guards.isHeld(connection) || guardable.obstacle(connection) != null) {
      return;
    }
    if (!connection.hasStreams()) {
      guards.release(connection); // it is left as it is
    } else {
      for (Direction each : Direction.BOTH) {
        writer.begin(connection, each, pair.of(each));
        writer.setLink(connection.stream(each), pair.of(each));
      }
      guards.shift(connection, pair.client(), pair.server());
    }
  }
}
