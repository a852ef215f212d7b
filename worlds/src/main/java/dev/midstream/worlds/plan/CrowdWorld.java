package dev.midstream.worlds.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * Many connections in one engine: pairs of endpoints, each with its own path and agent, and
 * neighbours that take room.
 *
 * @param engine the engine that all share; its treatment means nothing
 * @param members the pairs; one that follows another has the same ports and is next in the list
 * @param neighbours the neighbours
 */
public record CrowdWorld(EnginePlan engine, List<Member> members, List<Neighbour> neighbours) {

  /** When a pair opens. */
  public enum Start {
    /** At a time of its own. */
    FIRST,
    /** After the client of the pair before it has closed, is in TIME-WAIT, or is gone. */
    AFTER_CLIENT,
    /** After both endpoints of the pair before it have. */
    AFTER_BOTH
  }

  /**
   * One pair of endpoints.
   *
   * @param world the pair, its path, its agent, and its treatment
   * @param start when it opens
   * @param delayNanos how long after that
   */
  public record Member(SimulatedWorld world, Start start, long delayNanos) {
    /** Whether it has the ports of the pair before it. */
    public boolean follows() {
      return start != Start.FIRST;
    }

    Member withWorld(SimulatedWorld other) {
      return new Member(other, start, delayNanos);
    }

    Member first() {
      return new Member(world, Start.FIRST, follows() ? 0 : delayNanos);
    }
  }

  public CrowdWorld {
    EnginePlan shared = engine;
    members =
        members.stream()
            .map(each -> each.withWorld(each.world().withEngine(own -> as(shared, own))))
            .toList();
    neighbours = List.copyOf(neighbours);
  }

  private static EnginePlan as(EnginePlan shared, EnginePlan own) {
    return shared.withTreatment(own.treatment());
  }

  /** Whether another member has the ports of the member {@code index} before or after it. */
  public boolean sharesPorts(int index) {
    int next = index + 1;
    return members.get(index).follows() || (next < members.size() && members.get(next).follows());
  }

  /** The same without the member {@code index}; the one after it then opens at its own time. */
  public CrowdWorld without(int index) {
    List<Member> left = new ArrayList<>(members);
    boolean begins = !left.get(index).follows();
    left.remove(index);
    if (begins && index < left.size() && left.get(index).follows()) {
      left.set(index, left.get(index).first());
    }
    return new CrowdWorld(engine, left, neighbours);
  }

  /** The same without the neighbour {@code index}. */
  public CrowdWorld withoutNeighbour(int index) {
    List<Neighbour> left = new ArrayList<>(neighbours);
    left.remove(index);
    return new CrowdWorld(engine, members, left);
  }

  /** The same with another member {@code index}. */
  public CrowdWorld with(int index, SimulatedWorld world) {
    List<Member> changed = new ArrayList<>(members);
    changed.set(index, changed.get(index).withWorld(world));
    return new CrowdWorld(engine, changed, neighbours);
  }

  /** The same with another engine. */
  public CrowdWorld withEngine(EnginePlan other) {
    return new CrowdWorld(other, members, neighbours);
  }

  /** As {@link CrowdText}. */
  @Override
  public String toString() {
    return CrowdText.of(this);
  }
}
