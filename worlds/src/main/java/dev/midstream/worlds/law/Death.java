package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.worlds.plan.CommitPlan;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an engine that dies knew of a connection. Another one knows the essential part of it.
 *
 * @param newEnds the end of the decided output of each direction: it may have left
 * @param heldEnds the end of the octets of each direction that the other engine has or may forget
 * @param delayed the number of octets after a gap in each direction, which are lost
 * @param acknowledged the acknowledgements of the receivers that the other engine knows; empty if
 *     those of the last essential change
 * @param lackedStarts the first octets of each direction that passed, and of which the other engine
 *     may have no copy; none where it has all of them
 */
record Death(
    Map<Direction, Long> newEnds,
    Map<Direction, Long> heldEnds,
    Map<Direction, Long> delayed,
    Map<Direction, Long> acknowledged,
    Map<Direction, Long> lackedStarts) {

  /**
   * The death of the engine of {@code connection}.
   *
   * @param isReversed whether its client is the server of the world
   * @param commits which first copies the other engine has
   */
  static Death of(Connection connection, boolean isReversed, CommitPlan commits) {
    Map<Direction, Long> newEnds = new EnumMap<>(Direction.class);
    Map<Direction, Long> heldEnds = new EnumMap<>(Direction.class);
    Map<Direction, Long> delayed = new EnumMap<>(Direction.class);
    Map<Direction, Long> lackedStarts = new EnumMap<>(Direction.class);
    for (Direction each : Direction.BOTH) {
      Stream stream = connection.streamOrNull(each);
      Direction direction = isReversed ? each.opposite() : each;
      newEnds.put(direction, stream == null ? 0 : stream.newEnd());
      heldEnds.put(
          direction, stream == null ? 0 : Math.max(stream.decided(), stream.edits().custodyEnd()));
      delayed.put(direction, stream == null ? 0 : (long) stream.sender().delayed().length());
      if (stream != null && commits.mayLackOctets()) {
        lackedStarts.put(direction, lackedStart(stream));
      }
    }
    return new Death(newEnds, heldEnds, delayed, Map.of(), lackedStarts);
  }

  /**
   * The death of the engine of {@code connection}, of which the other one knows {@code copy} by its
   * records.
   *
   * @param connection null if the engine had forgotten it
   * @param isReversed whether its client is the server of the world
   */
  static Death of(@Nullable Connection connection, Connection copy, boolean isReversed) {
    Map<Direction, Long> newEnds = new EnumMap<>(Direction.class);
    Map<Direction, Long> heldEnds = new EnumMap<>(Direction.class);
    Map<Direction, Long> delayed = new EnumMap<>(Direction.class);
    Map<Direction, Long> acknowledged = new EnumMap<>(Direction.class);
    Map<Direction, Long> lackedStarts = new EnumMap<>(Direction.class);
    for (Direction each : Direction.BOTH) {
      Direction direction = isReversed ? each.opposite() : each;
      Stream stream = connection == null ? null : connection.streamOrNull(each);
      Stream known = copy.streamOrNull(each);
      long released = stream == null ? 0 : stream.releasedEnd();
      newEnds.put(direction, Math.max(released, known == null ? 0 : known.newEnd()));
      heldEnds.put(direction, known == null ? 0 : heldEnd(stream, known));
      delayed.put(direction, stream == null ? 0 : (long) stream.sender().delayed().length());
      acknowledged.put(direction, known == null ? 0 : known.acknowledged());
      if (known != null && known.edits().omitted().isAnyBeyond(known.acknowledged())) {
        lackedStarts.put(direction, lackedStart(known));
      }
    }
    return new Death(newEnds, heldEnds, delayed, acknowledged, lackedStarts);
  }

  /** The death of the engine of {@code connection}, of which no other one knows anything. */
  static Death unknown(Connection connection, boolean isReversed) {
    Death death = of(connection, isReversed, CommitPlan.NONE);
    Map<Direction, Long> none = Map.of(Direction.CLIENT_TO_SERVER, 0L);
    return new Death(death.newEnds, none, death.delayed, none, Map.of());
  }

  /** Octets in custody are in each record, and those that were acknowledged are not needed. */
  private static long lackedStart(Stream known) {
    long acknowledged = known.edits().map().acknowledgement(known.acknowledged());
    return Math.max(acknowledged, known.edits().custodyEnd());
  }

  /** Octets of an opaque span have passed although no record says so. */
  private static long heldEnd(@Nullable Stream stream, Stream known) {
    long decided = known.decided();
    if (stream != null && known.edits().opaque().isOpen()) {
      decided = Math.max(decided, Math.min(stream.decided(), known.edits().opaque().end()));
    }
    return Math.max(decided, known.edits().custodyEnd());
  }

  /** Whether all that the other engine knows comes from records of the connection. */
  boolean isOfRecords() {
    return !acknowledged.isEmpty();
  }

  /** The acknowledgement of the receiver of {@code direction} that the other engine knows. */
  long acknowledged(Direction direction) {
    return acknowledged.getOrDefault(direction, 0L);
  }

  /** The end of the decided output of {@code direction}. */
  long newEnd(Direction direction) {
    return newEnds.getOrDefault(direction, 0L);
  }

  /** The end of the octets of {@code direction} that are decided or in custody. */
  long heldEnd(Direction direction) {
    return heldEnds.getOrDefault(direction, 0L);
  }

  /** The end of the octets of {@code direction} that the other engine need not get again. */
  long knownEnd(Direction direction) {
    return Math.min(heldEnd(direction), lackedStarts.getOrDefault(direction, Long.MAX_VALUE));
  }

  /** The number of octets of {@code direction} after a gap. */
  long delayedBytes(Direction direction) {
    return delayed.getOrDefault(direction, 0L);
  }
}
