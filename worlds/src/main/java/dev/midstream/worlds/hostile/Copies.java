package dev.midstream.worlds.hostile;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.worlds.law.Law;
import dev.midstream.worlds.law.LawBroken;
import java.util.ArrayList;
import java.util.List;

/** Which copies of each octet of one stream reached the box. */
final class Copies {
  private final RangeSet arrived = new RangeSet();
  private final RangeSet written = new RangeSet();
  private final List<Plant> plants = new ArrayList<>();
  private boolean ended;

  /**
   * Planted octets.
   *
   * @param start their place
   * @param octets the octets
   * @param orderly how many written octets had arrived without a gap
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Plant(long start, byte[] octets, long orderly) {
    /** Whether it puts {@code octet} there, and was not late. */
    boolean puts(int at, byte octet) {
      boolean covers = at >= Math.max(start, orderly) && at < start + octets.length;
      return covers && octets[(int) (at - start)] == octet;
    }
  }

  /**
   * Notes a segment that reached the box. Written octets beyond {@code edge} may be refused: the
   * box need not take those of a zero-window probe.
   *
   * @param edge the right edge that the box advertised to the sender
   */
  void add(WatchedSegment segment, boolean planted, long edge) {
    long start = Math.max(0, segment.start());
    ended |= segment.view().isFin();
    if (segment.payloadEnd() <= start) {
      return;
    }
    if (planted) {
      byte[] octets = new byte[segment.view().payloadLength()];
      for (int i = 0; i < octets.length; i++) {
        octets[i] = segment.view().payload(i);
      }
      plants.add(new Plant(segment.start(), octets, written.firstOutside(0)));
    } else {
      written.addUnbounded(start, Math.max(start, Math.min(segment.payloadEnd(), edge)));
    }
    arrived.addUnbounded(start, segment.payloadEnd());
  }

  /** Notes that the box may not have the octets from {@code start} on any more. */
  void forgetFrom(long start) {
    written.remove(start, Long.MAX_VALUE);
  }

  /** The end of what arrived without a gap, with the FIN. */
  long end() {
    return arrived.firstOutside(0) + (ended ? 1 : 0);
  }

  /**
   * Checks that each octet of {@code shown} is the written one, or one that was planted before the
   * written one arrived in order: the first copy wins.
   */
  void check(byte[] shown, byte[] genuine, Direction direction) {
    for (int i = 0; i < shown.length; i++) {
      int at = i;
      byte octet = shown[i];
      boolean own = at < genuine.length && genuine[at] == octet;
      boolean known = own || plants.stream().anyMatch(each -> each.puts(at, octet));
      LawBroken.unless(
          known,
          Law.FIDELITY,
          () -> "an octet that was never sent: direction=" + direction + " at=" + at);
    }
  }
}
