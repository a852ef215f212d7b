package dev.midstream.reassembly.fastpath;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.path.EndpointDuties;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Edits;
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

  /** Whether both streams of {@code connection} have left as they came, and none was ended. */
  private static boolean isUnedited(Connection connection) {
    return connection.phase() instanceof Open open
        && !open.hasEdits()
        && isUnedited(connection, open, Direction.CLIENT_TO_SERVER)
        && isUnedited(connection, open, Direction.SERVER_TO_CLIENT);
  }

  private static boolean isUnedited(Connection connection, Open open, Direction direction) {
    Edits edits = connection.stream(direction).edits();
    return edits.count() == 0 && !edits.fin().isOwn() && !open.isReceiverReset(direction);
  }

  /**
   * Holds {@code connection} if octets were acknowledged that their receiver lacks. Lets it pass as
   * it is if it is held and was not edited, once its receivers lack nothing; and with its shift
   * otherwise, once it is settled.
   */
  void update(Connection connection) {
    boolean isBehind =
        guards.isOn() && connection.hasEndpointAt(vantage) && isReceiverBehind(connection);
    if (isBehind) {
      guards.hold(connection);
    }
    if (!guards.isHeld(connection)) {
      return;
    }
    if (!isBehind && isUnedited(connection)) {
      guards.release(connection); // what is on its way is in no guard's care: its sender repeats it
    } else if (guardable.obstacle(connection) != null) {
      return;
    } else if (!connection.hasStreams()) {
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
