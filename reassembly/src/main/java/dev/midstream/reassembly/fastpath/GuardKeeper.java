package dev.midstream.reassembly.fastpath;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.path.EndpointDuties;
import dev.midstream.reassembly.rule.Vantage;

/** Lets edited connections pass, while this process is silent, as soon as they are settled. */
final class GuardKeeper {
  private final SettledCheck guardable;
  private final Guards guards;
  private final EntryPair pair;
  private final EntryWriter writer;

  /** Keeps {@code guards}; entries are begun by {@code writer}, in {@code pair}. */
  GuardKeeper(
      Vantage vantage, EndpointDuties duties, Guards guards, EntryPair pair, EntryWriter writer) {
    guardable = new SettledCheck(vantage, duties, 0, false);
    this.guards = guards;
    this.pair = pair;
    this.writer = writer;
  }

  Guards guards() {
    return guards;
  }

  /** Lets {@code connection} pass with its shift, if it is held and settled. */
  void update(Connection connection) {
    if (guards.isHeld(connection) && guardable.obstacle(connection) == null) {
      for (Direction each : Direction.BOTH) {
        writer.begin(connection, each, pair.of(each));
        writer.setLink(connection.stream(each), pair.of(each));
      }
      guards.shift(connection, pair.client(), pair.server());
    }
  }
}
