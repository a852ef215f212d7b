package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.worlds.plan.WholeStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What engines that died had decided, of which no record is left. Their output may have left, and
 * the agent of the next engine may stop before it decides the same octets again.
 */
final class LostEdits {
  private final Map<Direction, List<Output>> outputs = new EnumMap<>(Direction.class);

  LostEdits() {
    Direction.BOTH.forEach(each -> outputs.put(each, new ArrayList<>()));
  }

  /** Notes that an engine had decided {@code decidedBytes} of {@code stream}. */
  void note(Direction direction, WholeStream stream, long decidedBytes) {
    int end = (int) stream.newEndOf(decidedBytes);
    boolean isWhole = decidedBytes >= stream.octets().length;
    of(direction).add(new Output(Octets.of(Arrays.copyOf(stream.edited(), end)), isWhole));
  }

  /** Whether {@code octets} are the output of such an engine, or the beginning of it. */
  boolean begin(Direction direction, byte[] octets) {
    return of(direction).stream().anyMatch(each -> each.beginsWith(octets));
  }

  /** Whether {@code octets} are all that such an engine made of a whole stream. */
  boolean areWhole(Direction direction, byte[] octets) {
    return of(direction).stream()
        .anyMatch(each -> each.isWhole && each.octets.equals(Octets.of(octets)));
  }

  private List<Output> of(Direction direction) {
    return Objects.requireNonNull(outputs.get(direction));
  }

  private record Output(Octets octets, boolean isWhole) {
    boolean beginsWith(byte[] first) {
      byte[] all = octets.toArray();
      return first.length <= all.length && Arrays.equals(first, Arrays.copyOf(all, first.length));
    }
  }
}
