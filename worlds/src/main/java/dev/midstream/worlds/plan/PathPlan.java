package dev.midstream.worlds.plan;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.wire.packet.Leg;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The path between the endpoints of a world.
 *
 * @param delayNanos one-way delay
 * @param boxPercent position of the box on the path
 * @param bytesPerSecond rate of the wires; 0 for no limit
 * @param faults of each wire, in the order of {@link #PLACES}
 * @param fragmentBytes segments reach the box in IP fragments of at most so many octets; 0 whole
 * @param strayOneIn after one in so many segments, a few times at most, a fragment of another copy
 *     comes, whose rest is lost, or comes after an engine died; 0 for never
 * @param hops routers between the endpoints and the box
 * @param links narrow links behind the box
 */
public record PathPlan(
    long delayNanos,
    int boxPercent,
    long bytesPerSecond,
    List<WireFaults> faults,
    int fragmentBytes,
    int strayOneIn,
    HopPlan hops,
    LinkPlan links) {
  private static final int QUEUE_BYTES = 60_000;

  /** The wires: each side in each direction. */
  static final List<Place> PLACES =
      List.of(
          new Place(Leg.INSIDE, Direction.CLIENT_TO_SERVER),
          new Place(Leg.OUTSIDE, Direction.CLIENT_TO_SERVER),
          new Place(Leg.OUTSIDE, Direction.SERVER_TO_CLIENT),
          new Place(Leg.INSIDE, Direction.SERVER_TO_CLIENT));

  /** One wire in one direction. */
  public record Place(Leg leg, Direction direction) {}

  /** The places of the wires between the box and the endpoint on the side {@code leg}. */
  static List<Integer> placesOf(Leg leg) {
    return List.of(placeFrom(leg), placeTo(leg));
  }

  private static int placeFrom(Leg leg) {
    return leg == Leg.INSIDE ? 0 : 2;
  }

  private static int placeTo(Leg leg) {
    return leg == Leg.INSIDE ? 3 : 1;
  }

  public PathPlan {
    faults = List.copyOf(faults);
  }

  /** The path of the simulated network, for a connection that opens at once. */
  public Path path() {
    return pathFrom(0);
  }

  /**
   * The path for a connection that opens at {@code startNanos}: all faults are later by as much.
   */
  public Path pathFrom(long startNanos) {
    Path path = Path.of(delayNanos).withBoxAt(boxPercent);
    path = bytesPerSecond == 0 ? path : path.withRate(bytesPerSecond, QUEUE_BYTES);
    for (int i = 0; i < PLACES.size(); i++) {
      WireFaults shifted = later(faults.get(i), startNanos);
      path = path.withFaults(PLACES.get(i).leg(), PLACES.get(i).direction(), shifted);
    }
    return path;
  }

  private static WireFaults later(WireFaults faults, long nanos) {
    return faults
        .withStart(faults.fromNanos() + nanos)
        .withEnd(later(faults.untilNanos(), nanos))
        .withOutage(faults.downFromNanos() + nanos, later(faults.downUntilNanos(), nanos));
  }

  private static long later(long timeNanos, long nanos) {
    return timeNanos == Long.MAX_VALUE ? timeNanos : timeNanos + nanos;
  }

  /** Whether any wire may lose or damage a frame, except the one from {@code leg} to the box. */
  public boolean isLossyBeside(Leg leg) {
    for (int i = 0; i < faults.size(); i++) {
      if (i != placeFrom(leg) && isLossy(faults.get(i))) {
        return true;
      }
    }
    return bytesPerSecond > 0 || links.isNarrow();
  }

  /** Whether the wire from the box to the endpoint on the side {@code leg} may lose a frame. */
  public boolean mayLoseTo(Leg leg) {
    return bytesPerSecond > 0 || links.isNarrow() || isLossy(faults.get(placeTo(leg)));
  }

  static boolean isLossy(WireFaults faults) {
    return faults.loss() > 0
        || faults.bursts() > 0
        || faults.corruption() > 0
        || faults.downUntilNanos() > faults.downFromNanos();
  }

  /** The faults of the wire from the sender of {@code direction} to the box. */
  public WireFaults faultsBeforeBox(Direction direction) {
    return faults.get(placeFrom(Ends.legOfSender(direction)));
  }

  /** The faults of the wire from the box to the receiver of {@code direction}. */
  public WireFaults faultsAfterBox(Direction direction) {
    return faults.get(placeTo(Ends.legOfSender(direction.opposite())));
  }

  /** Whether any wire has a fault or a queue that may overflow. */
  public boolean isFaulty() {
    return bytesPerSecond > 0 || faults.stream().anyMatch(each -> !each.equals(WireFaults.NONE));
  }

  /** Whether a wire is cut, which then drops every frame for ever. */
  public boolean isCut() {
    return faults.stream().anyMatch(WireFaults::isCut);
  }

  /** The time from which a wire is cut; {@link Long#MAX_VALUE} if none is. */
  public long cutNanos() {
    return faults.stream()
        .filter(WireFaults::isCut)
        .mapToLong(WireFaults::downFromNanos)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Whether the wire from the box to the endpoint on the side {@code leg} is cut. */
  public boolean isCutTo(Leg leg) {
    return faults.get(placeTo(leg)).isCut();
  }

  /** Whether the wire from the endpoint on the side {@code leg} to the box is cut. */
  public boolean isCutFrom(Leg leg) {
    return faults.get(placeFrom(leg)).isCut();
  }

  /** Whether a wire drops every frame for a while, or for ever. */
  public boolean isInterrupted() {
    return faults.stream().anyMatch(each -> each.downUntilNanos() > each.downFromNanos());
  }

  /** The time from which all wires that are not cut are free of faults, and routes stay. */
  public long calmNanos() {
    long calmNanos =
        faults.stream()
            .filter(each -> !each.equals(WireFaults.NONE))
            .mapToLong(
                each -> Math.max(each.untilNanos(), each.isCut() ? 0 : each.downUntilNanos()))
            .max()
            .orElse(0);
    return Math.max(calmNanos, hops.untilNanos());
  }

  PathPlan withDelay(long nanos) {
    return new PathPlan(
        nanos, boxPercent, bytesPerSecond, faults, fragmentBytes, strayOneIn, hops, links);
  }

  PathPlan withBoxAt(int percent) {
    return new PathPlan(
        delayNanos, percent, bytesPerSecond, faults, fragmentBytes, strayOneIn, hops, links);
  }

  PathPlan withRate(long rate) {
    return new PathPlan(
        delayNanos, boxPercent, rate, faults, fragmentBytes, strayOneIn, hops, links);
  }

  /** The same with fragments of at most {@code bytes} octets; 0 for whole segments. */
  PathPlan withFragments(int bytes) {
    return new PathPlan(
        delayNanos,
        boxPercent,
        bytesPerSecond,
        faults,
        bytes,
        bytes == 0 ? 0 : strayOneIn,
        hops,
        links);
  }

  /** The same with a fragment of another copy after one in so many segments; 0 for none. */
  PathPlan withStrays(int oneIn) {
    return new PathPlan(
        delayNanos, boxPercent, bytesPerSecond, faults, fragmentBytes, oneIn, hops, links);
  }

  /** The same with other routers between the endpoints and the box. */
  PathPlan withHops(HopPlan other) {
    return new PathPlan(
        delayNanos, boxPercent, bytesPerSecond, faults, fragmentBytes, strayOneIn, other, links);
  }

  /** The same with other links behind the box. */
  PathPlan withLinks(LinkPlan other) {
    return new PathPlan(
        delayNanos, boxPercent, bytesPerSecond, faults, fragmentBytes, strayOneIn, hops, other);
  }

  /** The same with {@code change} made to the faults of every wire. */
  PathPlan withEachFault(UnaryOperator<WireFaults> change) {
    List<WireFaults> changed = faults.stream().map(change).toList();
    return new PathPlan(
        delayNanos, boxPercent, bytesPerSecond, changed, fragmentBytes, strayOneIn, hops, links);
  }

  /** The same with {@code change} made to the faults of both wires from an endpoint to the box. */
  PathPlan withFaultsBeforeBox(UnaryOperator<WireFaults> change) {
    return withFault(placeFrom(Leg.INSIDE), change).withFault(placeFrom(Leg.OUTSIDE), change);
  }

  /** The same with {@code change} made to the faults of both wires from the box to an endpoint. */
  PathPlan withFaultsAfterBox(UnaryOperator<WireFaults> change) {
    return withFault(placeTo(Leg.INSIDE), change).withFault(placeTo(Leg.OUTSIDE), change);
  }

  /** The same with {@code change} made to the faults of the wire at {@code place}. */
  PathPlan withFault(int place, UnaryOperator<WireFaults> change) {
    List<WireFaults> changed =
        IntStream.range(0, faults.size())
            .mapToObj(i -> i == place ? change.apply(faults.get(i)) : faults.get(i))
            .toList();
    return new PathPlan(
        delayNanos, boxPercent, bytesPerSecond, changed, fragmentBytes, strayOneIn, hops, links);
  }
}
