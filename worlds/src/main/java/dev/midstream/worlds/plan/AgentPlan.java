package dev.midstream.worlds.plan;

import java.util.function.Consumer;

/**
 * The edits of an agent: it finds units in a stream and changes some of them. The decision about a
 * unit depends only on the unit's octets and offset.
 *
 * @param unit how the stream is divided
 * @param change the edit of a chosen unit
 * @param every one of this many units is chosen
 * @param limitBytes maximum length of a unit
 * @param growthBytes octets added by a growing edit
 * @param needs whether it declares how many octets it needs
 * @param trailer whether it inserts octets at the end of the stream
 * @param end how it stops before the end of the stream
 * @param editFrom offset of the first unit that may be chosen
 * @param editTo offset from which no unit is chosen
 * @param replyEvery a reply is sent in one of this many calls; 0 for none
 * @param alternating an octet to the client waits until as large a part of the octets to the server
 *     is decided
 * @param codec how its codec fails
 * @param state what its state tells
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
    long editTo,
    int replyEvery,
    boolean alternating,
    CodecPlan codec,
    State state) {

  /** How a stream is divided into units. */
  public enum Unit {
    /** Each octet is a unit. */
    OCTET,
    /** A unit ends at an end-of-line octet. */
    LINE,
    /** A unit is a length octet and as many octets after it. */
    FRAME
  }

  /** The edit of a chosen unit. */
  public enum Change {
    NONE,
    SAME_LENGTH,
    GROW,
    SHRINK,
    DELETE,
    INSERT,
    SKIP,
    /** It deletes the unit and octets after it, which it is not shown. */
    DROP,
    /** One of the other edits for each unit, except {@link #SKIP} and {@link #DROP}. */
    ANY
  }

  /** How an agent stops before the end of the stream. */
  public enum End {
    NEVER,
    /** It throws at {@code editTo}. */
    THROWS,
    /** It skips the rest from {@code editTo} on. */
    SKIPS_REST,
    /** It ends the stream at {@code editTo} and deletes the rest. */
    FINISHES,
    /** It resets the receiver of the stream at {@code editTo}; the other end reads the end. */
    ABORTS,
    /** It resets the connection at {@code editTo}. */
    RESETS,
    /** It detaches from the connection at {@code editTo}, in both directions. */
    DETACHES,
    /** It says at {@code editTo} that it does not know the protocol. */
    NOT_MINE
  }

  /** What the state of an agent tells. */
  public enum State {
    /** Nothing, unless the agent is {@link #alternating}: it stays as it was. */
    NOTHING,
    /** How many octets of both directions are decided. */
    DECIDED,
    /** How far the agent was shown each direction, also if it left all of that undecided. */
    SHOWN
  }

  /** An agent that passes everything. */
  public static final AgentPlan PASSING =
      new AgentPlan(
          Unit.OCTET,
          Change.NONE,
          1,
          1,
          0,
          false,
          false,
          End.NEVER,
          0,
          Long.MAX_VALUE,
          0,
          false,
          CodecPlan.SOUND,
          State.NOTHING);

  /** Whether it may throw, or its state may be lost, so that it is not called again. */
  public boolean mayFail() {
    return end == End.THROWS || codec.mayLose();
  }

  /**
   * Whether its decisions depend only on the octets of their direction, however they are cut. Where
   * replies are put in depends on the number of calls, and so on the cut. So does what passes
   * undecided because too much is held, or for too long. Where the other direction stops if it
   * {@link #breaksOff} depends on which octets come first.
   *
   * @param isHoldLimited whether it may have to let go what it holds
   */
  public boolean isExact(boolean isHoldLimited) {
    boolean letsGo = isHoldLimited && (mayHold() || alternating);
    return !mayFail() && !breaksOff() && replyEvery == 0 && !letsGo;
  }

  /**
   * Whether it stops both directions at once. Where the other direction then stands depends on the
   * network, not on the octets.
   */
  public boolean breaksOff() {
    return switch (end) {
      case THROWS, ABORTS, RESETS, DETACHES, NOT_MINE -> true;
      case NEVER, SKIPS_REST, FINISHES -> false;
    };
  }

  /** The same, but it goes on if it {@link #breaksOff}. */
  public AgentPlan uninterrupted() {
    return breaksOff() ? withEnd(End.NEVER) : this;
  }

  /** Whether it may replace units of one octet by others of one octet. */
  public boolean mayKeepLength() {
    return change == Change.SAME_LENGTH
        || change == Change.ANY
        || change == Change.SHRINK
        || (change == Change.GROW && growthBytes == 0);
  }

  /** Whether what waits for the other direction says so; otherwise it is just left undecided. */
  public boolean awaitsOther() {
    return alternating && growthBytes % 2 == 0;
  }

  /** Whether it may hold octets. */
  public boolean mayHold() {
    return unit != Unit.OCTET;
  }

  /** Whether it may delete units without replacement. */
  public boolean mayDelete() {
    return change == Change.DELETE || change == Change.DROP || change == Change.ANY;
  }

  /** Whether it may decide octets that it is not shown, but not all of the rest. */
  public boolean mayDecideUnseen() {
    return change == Change.SKIP || change == Change.DROP;
  }

  /** Whether its output may be longer than its input, and so wait for the receiver. */
  public boolean mayGrow() {
    return trailer
        || replyEvery > 0
        || change == Change.GROW
        || change == Change.INSERT
        || change == Change.ANY;
  }

  AgentPlan withUnit(Unit other) {
    return with(draft -> draft.unit = other);
  }

  AgentPlan withChange(Change other) {
    return with(draft -> draft.change = other);
  }

  /** The same with at most one of {@code units} units chosen. */
  AgentPlan choosingOneIn(int units) {
    return with(draft -> draft.every = Math.max(every, units));
  }

  AgentPlan withLimit(int bytes) {
    return with(draft -> draft.limitBytes = bytes);
  }

  AgentPlan withGrowth(int bytes) {
    return with(draft -> draft.growthBytes = bytes);
  }

  AgentPlan withNeed(boolean declares) {
    return with(draft -> draft.needs = declares);
  }

  AgentPlan withTrailer(boolean adds) {
    return with(draft -> draft.trailer = adds);
  }

  public AgentPlan withEnd(End other) {
    return with(draft -> draft.end = other);
  }

  /** The same, with edits in {@code [from, to)} only. */
  AgentPlan between(long from, long to) {
    return with(draft -> {
      draft.editFrom = from;
      draft.editTo = to;
    });
  }

  /** The same with a reply in one of {@code calls} calls; 0 for none. */
  public AgentPlan withReplyEvery(int calls) {
    return with(draft -> draft.replyEvery = calls);
  }

  /** The same with a codec that fails as {@code other} says. */
  AgentPlan withCodec(CodecPlan other) {
    return with(draft -> draft.codec = other);
  }

  /** The same with a state that tells {@code other}. */
  AgentPlan withState(State other) {
    return with(draft -> draft.state = other);
  }

  /** The same, {@link #alternating} or not. */
  AgentPlan withAlternating(boolean waits) {
    return with(draft -> draft.alternating = waits);
  }

  private AgentPlan with(Consumer<Draft> edit) {
    Draft draft = new Draft(this);
    edit.accept(draft);
    return draft.plan();
  }

  /** A copy that is being changed. */
  private static final class Draft {
    private Unit unit;
    private Change change;
    private int every;
    private int limitBytes;
    private int growthBytes;
    private boolean needs;
    private boolean trailer;
    private End end;
    private long editFrom;
    private long editTo;
    private int replyEvery;
    private boolean alternating;
    private CodecPlan codec;
    private State state;

    Draft(AgentPlan of) {
      unit = of.unit;
      change = of.change;
      every = of.every;
      limitBytes = of.limitBytes;
      growthBytes = of.growthBytes;
      needs = of.needs;
      trailer = of.trailer;
      end = of.end;
      editFrom = of.editFrom;
      editTo = of.editTo;
      replyEvery = of.replyEvery;
      alternating = of.alternating;
      codec = of.codec;
      state = of.state;
    }

    AgentPlan plan() {
      return new AgentPlan(
          unit,
          change,
          every,
          limitBytes,
          growthBytes,
          needs,
          trailer,
          end,
          editFrom,
          editTo,
          replyEvery,
          alternating,
          codec,
          state);
    }
  }
}
