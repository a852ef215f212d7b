package dev.midstream.worlds.plan;

/**
 * What an agent does: it finds units in a stream and changes some of them. What it does with a unit
 * depends on the unit's octets and place only.
 *
 * @param unit what it waits for before it decides
 * @param change what it does with a unit it has chosen
 * @param every one of how many units it chooses
 * @param limitBytes the most octets of a unit
 * @param growthBytes octets that a growing change adds
 * @param needs whether it says how many octets it needs
 * @param trailer whether it adds octets at the end of the stream
 * @param end what ends its work
 * @param editFrom where it starts to choose
 * @param editTo where it stops
 */
public record AgentPlan(
    Unit unit,
    Change change,
    int every,
    int limitBytes,
    int growthBytes,
    boolean needs,
    boolean trailer,
    End end,
    long editFrom,
    long editTo) {

  /** What belongs together. */
  enum Unit {
    /** Each octet by itself. */
    OCTET,
    /** Everything up to an octet that ends a line. */
    LINE,
    /** An octet that tells how many follow, and these. */
    FRAME
  }

  /** What becomes of a chosen unit. */
  enum Change {
    NONE,
    SAME_LENGTH,
    GROW,
    SHRINK,
    DELETE,
    INSERT,
    SKIP,
    /** One of the others for each unit, but {@link #SKIP}. */
    ANY
  }

  /** What ends the work of an agent before its stream ends. */
  public enum End {
    NEVER,
    /** It throws when it is shown the place where it stops to choose. */
    THROWS,
    /** Everything behind the place where it stops to choose is opaque. */
    SKIPS_REST
  }

  /** An agent that lets everything pass. */
  public static final AgentPlan PASSING =
      new AgentPlan(Unit.OCTET, Change.NONE, 1, 1, 0, false, false, End.NEVER, 0, Long.MAX_VALUE);

  /** Whether it may leave octets undecided. */
  public boolean mayHold() {
    return unit != Unit.OCTET;
  }

  /** Whether every octet it takes out is replaced by at least one. */
  boolean mayDelete() {
    return change == Change.DELETE || change == Change.ANY;
  }

  /** Whether its output may be longer than what it decided, and so wait for the receiver. */
  public boolean mayGrow() {
    return trailer || change == Change.GROW || change == Change.INSERT || change == Change.ANY;
  }

  AgentPlan withUnit(Unit other) {
    return new AgentPlan(
        other, change, every, limitBytes, growthBytes, needs, trailer, end, editFrom, editTo);
  }

  AgentPlan withChange(Change other) {
    return new AgentPlan(
        unit, other, every, limitBytes, growthBytes, needs, trailer, end, editFrom, editTo);
  }

  AgentPlan withLimit(int bytes) {
    return new AgentPlan(
        unit, change, every, bytes, growthBytes, needs, trailer, end, editFrom, editTo);
  }

  AgentPlan withGrowth(int bytes) {
    return new AgentPlan(
        unit, change, every, limitBytes, bytes, needs, trailer, end, editFrom, editTo);
  }

  AgentPlan withNeed(boolean says) {
    return new AgentPlan(
        unit, change, every, limitBytes, growthBytes, says, trailer, end, editFrom, editTo);
  }

  AgentPlan withTrailer(boolean adds) {
    return new AgentPlan(
        unit, change, every, limitBytes, growthBytes, needs, adds, end, editFrom, editTo);
  }

  public AgentPlan withEnd(End other) {
    return new AgentPlan(
        unit, change, every, limitBytes, growthBytes, needs, trailer, other, editFrom, editTo);
  }

  /** The same, choosing in {@code [from, to)} only. */
  AgentPlan between(long from, long to) {
    return new AgentPlan(
        unit, change, every, limitBytes, growthBytes, needs, trailer, end, from, to);
  }
}
