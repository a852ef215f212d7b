package dev.midstream.worlds.law;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;
import dev.midstream.worlds.plan.AgentPlan;
import dev.midstream.worlds.plan.EnginePlan;
import dev.midstream.worlds.plan.UnitEditor;
import dev.midstream.worlds.plan.WholeStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The agent of a world. It checks its views: each octet once, in order, as its sender wrote it. The
 * engine handles exceptions of agents, so the first error is kept for the end of the run.
 */
final class WatchedAgent implements Agent<String> {
  private static final long ALL = Long.MAX_VALUE / 4;

  private final UnitEditor editor;
  private final AgentPlan plan;
  private final Map<Direction, WholeStream> streams;
  private final EnginePlan engine;
  private final long[] decided = new long[2];
  private final SilentPasses passes = new SilentPasses(decided);
  private final boolean[] ended = new boolean[2];
  private final WatchedCodec codec;
  private @Nullable LawBroken broken;
  private @Nullable Opening opening;
  private final Alternation alternation;
  private final WatchedState state;
  private final WatchedReplies replies;
  private boolean hasThrown;
  private boolean hasReset;
  private final LostReset lostReset = new LostReset();
  private final LostEdits lostEdits = new LostEdits();
  private boolean hasDetached;
  private @Nullable Direction aborted;
  private boolean hasHeldTooMuch;
  private int tooLongHolds;
  private boolean serverOpened;
  private @Nullable Endpoint server;

  /**
   * Checks the views of an agent.
   *
   * @param engine says how much it may hold, and for how long
   */
  WatchedAgent(AgentPlan plan, Map<Direction, WholeStream> streams, EnginePlan engine) {
    this.plan = plan;
    this.streams = streams;
    this.engine = engine;
    editor = new UnitEditor(plan);
    alternation = new Alternation(plan);
    state = new WatchedState(plan);
    replies = new WatchedReplies(plan);
    codec = new WatchedCodec(plan.codec(), this::loseState);
  }

  @Override
  public String newConnection() {
    return WatchedState.FIRST;
  }

  @Override
  public String newConnection(Opening told) {
    opening = told;
    if (server != null) {
      serverOpened = told.client().equals(server);
    }
    return newConnection();
  }

  /** What it was told of its connection; null if it was never asked. */
  @Nullable Opening opening() {
    return opening;
  }

  /** Whether the engine's client is the world's server. */
  boolean hasServerOpened() {
    return serverOpened;
  }

  @Override
  public String onOctets(String given, Direction engineDirection, OctetView view, Decisions out) {
    Direction direction = serverOpened ? engineDirection.opposite() : engineDirection;
    boolean isAgain = passes.isShownAgain(direction, view);
    if (broken == null) {
      checkView(direction, view);
    }
    if (broken == null) {
      broken = state.errorOf(given);
    }
    if (isWaiting(direction, view, out)) {
      return state.after(given, direction, view, 0, decided[0]);
    }
    CountedDecisions counted = new CountedDecisions(out);
    boolean isReplying = replies.call(ended[index(direction.opposite())]);
    try {
      if (isReplying) {
        out.reply(engineDirection.opposite(), replies.reply());
      }
      editor.decide(engineDirection, view, counted);
    } catch (IllegalStateException e) {
      hasThrown = true;
      endEdits();
      throw e;
    }
    if (isReplying) {
      replies.note();
      stream(direction.opposite()).insert(decided(direction.opposite()), replies.reply());
    }
    note(direction, view, counted, isAgain);
    return state.after(given, direction, view, counted.octets(), decided[0]);
  }

  /** Notes what a call has decided for {@code direction}. */
  private void note(
      Direction direction, OctetView view, CountedDecisions counted, boolean isAgain) {
    decided[index(direction)] = Math.min(ALL, decided(direction) + counted.octets());
    Direction towards = counted.aborted();
    hasReset |= counted.isReset() || towards != null;
    if (towards != null) {
      aborted = serverOpened ? towards.opposite() : towards;
    }
    if (counted.isDetached()) {
      leaveAlone();
    }
    leave(direction, view, counted, isAgain);
    ended[index(direction)] |= view.endOfStream();
  }

  private boolean isWaiting(Direction direction, OctetView view, Decisions out) {
    int length = lengthOf(Direction.SERVER_TO_CLIENT);
    int otherLength = lengthOf(Direction.CLIENT_TO_SERVER);
    return alternation.holds(direction, view, length, otherLength, decided[0], out);
  }

  private int lengthOf(Direction direction) {
    return stream(direction).octets().length;
  }

  /**
   * Whether it waits although what it waited for has happened: it was not shown the octets again.
   */
  boolean isForgotten() {
    return !hasLeft() && alternation.isOver(decided[0]);
  }

  /** Notes that the agent leaves the connection, which may be reset if it is not the agent's. */
  private void leaveAlone() {
    if (plan.end() == AgentPlan.End.NOT_MINE && engine.isResettingOnNotMine()) {
      hasReset = true;
    } else {
      hasDetached = true;
      endEdits();
    }
  }

  /** Notes what happens to octets that a call leaves undecided. */
  private void leave(
      Direction direction, OctetView view, CountedDecisions counted, boolean isAgain) {
    long left = view.length() - counted.octets();
    if (hasLeft() || left <= 0) {
      return;
    }
    if (engine.isLimitingHold() && Math.max(left, counted.needed()) > engine.limits().holdBytes()) {
      hasHeldTooMuch = true;
      tooLongHolds++;
      hasReset = engine.isResettingOnHold();
      endEdits();
    } else if (view.flush() || isAgain) {
      passes.pass(direction, view, stream(direction));
    }
  }

  /** What it decided until now: to go back there if it is lost. */
  Runnable memento() {
    List<Runnable> parts = new ArrayList<>(List.of(state.memento(), replies.memento()));
    streams.values().forEach(each -> parts.add(each.memento()));
    long[] decidedThen = decided.clone();
    Runnable passesThen = passes.memento();
    boolean[] endedThen = ended.clone();
    Opening openingThen = opening;
    Direction abortedThen = aborted;
    boolean[] flags = {hasThrown, hasReset, hasDetached, hasHeldTooMuch};
    return () -> {
      if (hasReset && !flags[1]) {
        lostReset.noteForgotten(decided);
      }
      noteLost(decidedThen);
      parts.forEach(Runnable::run);
      System.arraycopy(decidedThen, 0, decided, 0, decided.length);
      passesThen.run();
      System.arraycopy(endedThen, 0, ended, 0, ended.length);
      opening = openingThen;
      aborted = abortedThen;
      hasThrown = flags[0];
      hasReset = flags[1];
      hasDetached = flags[2];
      hasHeldTooMuch = flags[3];
    };
  }

  /**
   * Notes what is decided beyond {@code decidedThen}: the agent may stop before it is again. After
   * it has stopped all passes, and in an engine without a copy that waits for no record.
   */
  private void noteLost(long[] decidedThen) {
    boolean passes = hasStopped() && engine.commits().diesAlone();
    streams.forEach((direction, stream) -> {
      long end = passes ? stream.octets().length : decided(direction);
      if (end > decidedThen[index(direction)]) {
        lostEdits.note(direction, stream, end);
      }
    });
  }

  /**
   * Notes that an engine died that may have seen only the first SYN: what is told next says which
   * end is the client, {@code worldServer} or the other one.
   */
  void noteSynLost(Endpoint worldServer) {
    server = worldServer;
  }

  /** Another engine shows it again what it left undecided, or its sender sends that again first. */
  void noteEngineDied() {
    alternation.stop();
  }

  /** Notes that its state is lost: it has failed, as if it had thrown. */
  private void loseState() {
    hasThrown = true;
    endEdits();
  }

  /** The streams go on unedited. What was inserted at an end that is decided stays. */
  private void endEdits() {
    streams.forEach((each, stream) -> {
      boolean isOver = ended[index(each)] && decided(each) >= stream.octets().length;
      if (!isOver) {
        stream.endEditsAt(decided(each));
      }
    });
  }

  private void checkView(Direction direction, OctetView view) {
    if (hasThrown || hasReset || hasDetached || hasHeldTooMuch) {
      String what = hasThrown ? "has thrown" : hasReset ? "has reset" : "has left";
      broken = new LawBroken(Law.ALL_OR_NOTHING, "the agent is called after it " + what);
      return;
    }
    byte[] octets = stream(direction).octets();
    long end = view.start() + view.length();
    boolean next = view.start() == Math.min(decided(direction), octets.length);
    boolean ends = !view.endOfStream() || end == octets.length;
    if (!next || end > octets.length || !ends || !stream(direction).isAsWritten(view)) {
      broken =
          new LawBroken(
              Law.ONCE,
              "the agent is shown a wrong view: direction="
                  + direction
                  + " start="
                  + view.start()
                  + " length="
                  + view.length()
                  + " decided="
                  + decided(direction)
                  + " written="
                  + octets.length);
    }
  }

  /** Notes whether the engine's client is the world's server. */
  void opened(boolean byServer) {
    serverOpened = byServer;
  }

  /** The first error; null without one. */
  @Nullable LawBroken broken() {
    return broken;
  }

  /** Whether it has reset the connection, or one end of it. */
  boolean hasReset() {
    return hasReset || lostReset.hasLeft();
  }

  /**
   * Whether its engine knows that it has reset the connection, or one end, or failed and so did.
   */
  boolean isResetKnown() {
    return hasReset || (hasThrown && engine.isResettingOnFailure());
  }

  /** The reset of which an engine that died knew alone, if there was one. */
  LostReset lostReset() {
    return lostReset;
  }

  /** What it had decided when engines died that did not record it. */
  LostEdits lostEdits() {
    return lostEdits;
  }

  /** The direction whose receiver it has reset, and not the other end; null if it has not. */
  @Nullable Direction aborted() {
    return aborted;
  }

  /** Whether it has thrown, detached or held too much, after which both streams go on unedited. */
  boolean hasStopped() {
    return hasThrown || hasDetached || (hasHeldTooMuch && !hasReset);
  }

  /** How often it wanted to hold more than it may: again if that was lost. */
  int tooLongHolds() {
    return tooLongHolds;
  }

  /** Whether it may delete octets before they come. */
  boolean isDropping() {
    boolean ends = isFinishing() || plan.end() == AgentPlan.End.ABORTS;
    return ends || plan.change() == AgentPlan.Change.DROP;
  }

  /** Whether it may end a stream before its sender does. */
  boolean isFinishing() {
    return plan.end() == AgentPlan.End.FINISHES;
  }

  /** How often octets passed undecided after the hold time. */
  int flushes() {
    return passes.count();
  }

  /** The end of the octets of {@code direction} that passed last after the hold time; 0 if none. */
  long passedEnd(Direction direction) {
    return passes.end(direction);
  }

  /** Whether it will not be called again: it has stopped, reset or skipped the rest. */
  boolean hasLeft() {
    boolean skips = decided[0] >= ALL && decided[1] >= ALL && !isFinishing();
    return skips || hasStopped() || hasReset;
  }

  /** Whether it has thrown. */
  boolean hasThrown() {
    return hasThrown;
  }

  /** The decided octets of {@code direction}. */
  long decided(Direction direction) {
    return decided[index(direction)];
  }

  /** Whether it has decided all octets of {@code direction} and, unless it skipped it, the end. */
  boolean hasDecidedAll(Direction direction) {
    boolean mayMissEnd = plan.mayDecideUnseen() || isFinishing();
    return (ended[index(direction)] || mayMissEnd)
        && decided(direction) >= stream(direction).octets().length;
  }

  private WholeStream stream(Direction direction) {
    return Objects.requireNonNull(streams.get(direction));
  }

  static int index(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? 0 : 1;
  }

  @Override
  public boolean wantsFlush(String state, Direction direction) {
    return engine.isFlushing();
  }

  @Override
  public boolean replaysExactly() {
    return plan.isExact(engine.isFlushing() || engine.isLimitingHold());
  }

  @Override
  public StateCodec<String> codec() {
    return codec;
  }
}
