package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.stream.Stream;
import java.util.EnumMap;
import java.util.Map;

/**
 * What an engine that dies knew of a connection. Another one knows the essential part of it.
 *
 * @param newEnds the end of the decided output of each direction: it may have left
 * @param heldEnds the end of the octets of each direction that the other engine has or may forget
 * @param delayed the number of octets after a gap in each direction, which are lost
 */
record Death(
    Map<Direction, Long> newEnds, Map<Direction, Long> heldEnds, Map<Direction, Long> delayed) {

  /**
   * The death of the engine of {@code connection}.
   *
   * @param isReversed whether its client is the server of the world
   */
  static Death of(Connection connection, boolean isReversed) {
    Map<Direction, Long> newEnds = new EnumMap<>(Direction.class);
    Map<Direction, Long> heldEnds = new EnumMap<>(Direction.class);
    Map<Direction, Long> delayed = new EnumMap<>(Direction.class);
    for (Direction each : Direction.BOTH) {
      Stream stream = connection.streamOrNull(each);
      Direction direction = isReversed ? each.opposite() : each;
      newEnds.put(direction, stream == null ? 0 : stream.newEnd());
      heldEnds.put(
          direction, stream == null ? 0 : Math.max(stream.decided(), stream.edits().custodyEnd()));
      delayed.put(direction, stream == null ? 0 : (long) stream.sender().delayed().length());
    }
    return new Death(newEnds, heldEnds, delayed);
  }

  /** The end of the decided output of {@code direction}. */
  long newEnd(Direction direction) {
    return newEnds.getOrDefault(direction, 0L);
  }

  /** The end of the octets of {@code direction} that are decided or in custody. */
  long heldEnd(Direction direction) {
    return heldEnds.getOrDefault(direction, 0L);
  }

  /** The number of octets of {@code direction} after a gap. */
  long delayedBytes(Direction direction) {
    return delayed.getOrDefault(direction, 0L);
  }
}
