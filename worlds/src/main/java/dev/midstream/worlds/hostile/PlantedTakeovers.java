package dev.midstream.worlds.hostile;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.reassembly.flow.Phase.Opening;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.worlds.law.DeathObserver;
import dev.midstream.worlds.law.WatchedBox;
import dev.midstream.worlds.law.WatchedPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells what an engine that dies knew: the agent and the planters of one connection, and the
 * observers of the other one.
 */
final class PlantedTakeovers implements DeathObserver {
  private final Ends ends;
  private final ShownAgent agent;
  private final Map<Direction, Planter> planters;
  private final WatchedPair other;
  private final List<UntilClosed> watching = new ArrayList<>();
  private final KeyedHash hashes = new KeyedHash(new HashSeed(0, 0));
  private @Nullable WatchedBox watched;
  private Runnable recorded;
  private boolean known;
  private boolean isOtherKnown;

  /** Takeovers of the connection between {@code ends}, and of {@code other}. */
  PlantedTakeovers(
      Ends ends, ShownAgent agent, Map<Direction, Planter> planters, WatchedPair other) {
    this.ends = ends;
    this.agent = agent;
    this.planters = planters;
    this.other = other;
    recorded = other.memento();
  }

  /** Tells {@code box} which streams go on as others. */
  void tell(WatchedBox box) {
    watched = box;
  }

  /** Ends what {@code until} shows when no engine knows the connection any more. */
  void end(UntilClosed until) {
    watching.add(until);
  }

  /** Notes that {@code record} is appended. */
  void noteRecord(StateWriter record) {
    ConnectionKey key = Replica.keyOf(record.toOctets(), hashes);
    if (key != null && !isPlanted(key.name(true))) {
      recorded = other.memento();
    }
  }

  private static boolean isPlanted(String name) {
    return name.endsWith(":" + PlantedRun.PORT);
  }

  @Override
  public Runnable memento() {
    return recorded;
  }

  @Override
  public void dies(@Nullable Connection connection, Connection copy, long nowNanos) {
    if (!isPlanted(copy.name())) {
      other.dies(connection, copy, nowNanos);
      return;
    }
    boolean isUsual = copy.handshakes().sequence(Direction.CLIENT_TO_SERVER) == ends.clientIsn();
    for (Direction each : Direction.BOTH) {
      Stream stream = copy.streamOrNull(isUsual ? each : each.opposite());
      if (stream != null) {
        long decided = stream.decided();
        note(each, Math.max(decided, stream.edits().custodyEnd()), decided);
      } else if (copy.phase() instanceof Opening) {
        note(each, 0, 0);
      }
    }
  }

  @Override
  public void keeps(Connection copy) {
    boolean isPlanted = isPlanted(copy.name());
    known |= isPlanted;
    isOtherKnown |= !isPlanted;
  }

  private void note(Direction direction, long heldEnd, long decided) {
    agent.noteDied(direction, heldEnd, decided);
    Objects.requireNonNull(planters.get(direction)).noteDied(heldEnd);
  }

  @Override
  public void loses(Connection connection, long nowNanos) {
    if (!isPlanted(connection.name())) {
      other.loses(connection, nowNanos);
    }
  }

  /** Both connections are looked for in {@link #died}. */
  @Override
  public void losesAll() {}

  @Override
  public void died() {
    if (!known) {
      Direction.BOTH.forEach(each -> note(each, 0, 0));
      watching.forEach(UntilClosed::forget);
    }
    if (!isOtherKnown) {
      other.losesOpening();
    }
    known = false;
    isOtherKnown = false;
    other.noteSynLost();
    recorded = other.memento();
  }

  @Override
  public void handsOver() {
    other.noteSynLost();
    other.handedOver();
  }

  @Override
  public void takenOver(@Nullable Stream before, Stream after) {
    if (watched != null) {
      watched.noteTakenOver(before, after);
    }
  }

  @Override
  public void handedOver(Stream before, Stream after) {
    if (watched != null) {
      watched.noteMoved(before, after);
    }
  }
}
