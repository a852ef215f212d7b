package dev.midstream.testkit.playbook;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentReason;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening.Start;
import dev.midstream.modcmd.call.AgentCursor;
import dev.midstream.modcmd.call.AnswerKind;
import dev.midstream.modcmd.call.Caller;
import dev.midstream.modcmd.call.CallingRule;
import dev.midstream.modcmd.call.CallingRule.Cause;
import dev.midstream.modcmd.call.DecisionBatch;
import dev.midstream.modcmd.call.MemoryView;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One connection of an agent, which is called by the rule of the engine. A connection that moves
 * passes its state through the codec before each arrival and after each call that returns another
 * one, and forgets before each arrival what was shown: undecided octets are shown again, in short
 * views at first. Nothing that is decided happens on a connection that is only monitored, and
 * nothing but edits of equal length on one that was picked up.
 */
final class PlayedConnection<S> implements Caller<PlayedConnection<S>, PlayedStream> {
  private static final int LONGEST_STEP_OF_MOVES = 8;

  /** Views of long undecided octets grow in longer steps, or the calls would be too many. */
  private static final int SHARE_OF_SHOWN = 4;

  private final CheckedAgent<S> agent;
  private final List<AgentReason> reasons;
  private final int holdLimit;
  private final boolean isEnforced;
  private final boolean isPickedUp;
  private final @Nullable Random moves;
  private final CallingRule<PlayedConnection<S>, PlayedStream> rule = new CallingRule<>(this);
  private final PlayedStream clientToServer = new PlayedStream();
  private final PlayedStream serverToClient = new PlayedStream();
  private final MemoryView view = new MemoryView();
  private final DecisionBatch batch = new DecisionBatch();
  private final List<String> reports = new ArrayList<>();
  private S state;
  private int revision;
  private int mostHeld;
  private boolean isCopied;
  private boolean isReset;
  private String ending = "";

  /**
   * A new connection.
   *
   * @param script what is known of it
   * @param moves draws the lengths of views; null for a connection that does not move
   */
  PlayedConnection(Agent<S> agent, Play.Script script, @Nullable Random moves) {
    this.agent = new CheckedAgent<>(agent);
    this.moves = moves;
    reasons = script.reasons();
    holdLimit = script.holdLimit();
    isEnforced = script.opening().isEnforced();
    isPickedUp = script.opening().start() == Start.PICKED_UP;
    state = this.agent.newConnection(script.opening());
  }

  /** Octets arrive in order, or the end of the stream, or both. After a reset they are lost. */
  void arrive(Direction direction, Octets octets, boolean ends) {
    if (isReset) {
      return;
    }
    if (moves != null) {
      state = agent.copied(state);
      Direction.BOTH.forEach(each -> stream(each).cursor().reset());
    }
    rule.begin(this);
    PlayedStream stream = stream(direction);
    stream.arrive(octets);
    if (ends) {
      stream.end();
    }
    rule.advance(this, direction, Cause.GROWN);
    Direction.BOTH.forEach(each -> rule.resume(this, each, false));
  }

  /** The sender's stream ends; the agent must decide all remaining octets. */
  void end(Direction direction) {
    if (!stream(direction).isComplete()) {
      arrive(direction, Octets.empty(), true);
    }
  }

  /**
   * Lets the hold time pass. If the agent wants the flush it is called once more, and what it
   * leaves undecided passes.
   *
   * @return the octets that passed undecided
   */
  Octets flush(Direction direction) {
    PlayedStream stream = stream(direction);
    boolean waits = stream.undecidedLength() > 0 && !stream.cursor().isAwaitingOther();
    if (isReset || !waits || !agent.wantsFlush(state, direction)) {
      return Octets.empty();
    }
    rule.advance(this, direction, Cause.SILENCE);
    Octets passed = isReset ? Octets.empty() : stream.undecided();
    stream.cursor().beginCall();
    stream.pass(passed.length());
    settle(this, stream);
    return passed;
  }

  /** The number of decided octets. */
  long decided(Direction direction) {
    return stream(direction).decided();
  }

  Octets received(Direction direction) {
    PlayedStream stream = stream(direction);
    Octets decided = stream.received();
    return isEnforced ? decided : Octets.join(decided, stream.undecided());
  }

  /** The most octets of a direction that the agent has left undecided, or needed. */
  int mostHeld() {
    return mostHeld;
  }

  Outcome outcome() {
    Octets toServer = received(Direction.CLIENT_TO_SERVER);
    return new Outcome(toServer, received(Direction.SERVER_TO_CLIENT), ending, reports);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // a state that is the same object has not changed
  public void call(
      PlayedConnection<S> connection,
      Direction direction,
      PlayedStream stream,
      int length,
      boolean flush) {
    stream.show(view, length, flush);
    if (view.endOfStream()) {
      stream.cursor().markEndShown();
    }
    batch.open(length, view.endOfStream(), reasons);
    S after = agent.decide(state, direction, view, batch);
    if (after != state || !isCopied) {
      change(after);
    }
    stream.cursor().beginCall();
    for (int i = 0; i < batch.size(); i++) {
      apply(direction, i);
    }
    endAll();
    stream.setSpanEndOwed(batch.endsWithSpan());
    stream.cursor().setShownLength(length - batch.decidedOctets());
  }

  /** Takes the first state, or another object than before. Its codec must keep it. */
  private void change(S after) {
    isCopied = true;
    revision += state.equals(after) ? 0 : 1;
    S copy = agent.copied(after);
    state = moves == null ? after : copy;
  }

  /** Ends directions after all other answers of the call, unless both ends are reset. */
  private void endAll() {
    for (int i = 0; i < batch.size() && !isPickedUp && !resets(); i++) {
      if (batch.kind(i) == AnswerKind.FINISH) {
        finish(batch.direction(i));
      } else if (batch.kind(i) == AnswerKind.ABORT) {
        abort(batch.direction(i), batch.text(i));
      }
    }
  }

  /** Whether the call resets both ends. */
  private boolean resets() {
    return isReset || ending.startsWith("reset: ");
  }

  private void abort(Direction towards, String reason) {
    if (abortsBoth()) {
      reset("reset: " + reason);
      return;
    }
    ending = "abort: " + towards + ": " + reason;
    Direction.BOTH.forEach(each -> end(stream(each)));
  }

  /** Whether the call resets each end alone. */
  private boolean abortsBoth() {
    Set<Direction> aborted = EnumSet.noneOf(Direction.class);
    for (int i = 0; i < batch.size(); i++) {
      if (batch.kind(i) == AnswerKind.ABORT) {
        aborted.add(batch.direction(i));
      }
    }
    return aborted.size() == 2;
  }

  private void finish(Direction direction) {
    String report = "finish: " + direction;
    if (!stream(direction).isSettled() && !reports.contains(report)) {
      reports.add(report);
      end(stream(direction));
    }
  }

  private void end(PlayedStream stream) {
    if (isEnforced) {
      stream.finish();
    } else {
      stream.skipRest();
    }
  }

  private void apply(Direction direction, int i) {
    PlayedStream stream = stream(direction);
    switch (batch.kind(i)) {
      case PASS -> stream.pass(batch.count(i));
      case REPLACE -> replace(stream, batch.count(i), batch.octets(i));
      case NEED -> stream.cursor().setNeedLength((int) batch.count(i));
      case AWAIT_OTHER -> stream.cursor().awaitOther();
      case SKIP -> stream.skip(batch.count(i));
      case DROP -> drop(stream, batch.count(i));
      case SKIP_REST -> stream.skipRest();
      case REPLY -> reply(stream(batch.direction(i)), batch.octets(i));
      case FINISH, ABORT -> {}
      case EXPECT -> reports.add("expect: " + batch.expectation(i));
      case UNEXPECT -> reports.add("unexpect: " + batch.expectation(i));
      case DETACH -> leave("detach");
      case NOT_MINE -> leaveOther("not mine: " + batch.text(i));
      case RESET -> reset("reset: " + batch.text(i));
      case COUNT -> reports.add(batch.reason(i).code() + ": " + batch.text(i));
      case REPORT -> reports.add(batch.text(i));
    }
  }

  private void replace(PlayedStream stream, long count, Octets octets) {
    if (isEnforced && (!isPickedUp || octets.length() == count)) {
      stream.replace(count, octets);
    } else {
      stream.pass(count);
    }
  }

  private void drop(PlayedStream stream, long count) {
    if (isEnforced && !isPickedUp) {
      stream.drop(count);
    } else {
      stream.skip(count);
    }
  }

  private void reply(PlayedStream stream, Octets octets) {
    if (isEnforced && !isPickedUp && !stream.isSettled()) {
      stream.insert(octets);
    }
  }

  private void leave(String how) {
    ending = how;
    clientToServer.skipRest();
    serverToClient.skipRest();
  }

  /** As the default of {@code on-not-mine} is for the agent. */
  private void leaveOther(String how) {
    if (agent.denies()) {
      reset(how);
    } else {
      leave(how);
    }
  }

  private void reset(String how) {
    if (isEnforced) {
      ending = how;
      isReset = true;
    } else {
      leave(how);
    }
  }

  @Override
  public void settle(PlayedConnection<S> connection, PlayedStream stream) {
    AgentCursor cursor = stream.cursor();
    int held = stream.undecidedLength();
    if (isReset) {
      return;
    }
    if (held == 0) {
      cursor.setShownLength(0);
      cursor.requireRedelivery(false);
      if (stream.isComplete() && (cursor.isEndShown() || stream.isUnseen())) {
        stream.settle();
      }
      return;
    }
    if (cursor.isEndShown()) {
      throw new AssertionError(
          "octets are undecided at the end of stream, octets="
              + Difference.quoted(stream.undecided()));
    }
    if (cursor.isAwaitingOther()) {
      return;
    }
    int wanted = Math.max(cursor.shownLength(), cursor.needLength());
    mostHeld = Math.max(mostHeld, wanted);
    if (wanted > holdLimit) {
      reset(Outcome.HOLD_LIMIT);
    }
  }

  @Override
  public PlayedStream stream(PlayedConnection<S> connection, Direction direction) {
    return stream(direction);
  }

  private PlayedStream stream(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? clientToServer : serverToClient;
  }

  @Override
  public AgentCursor cursor(PlayedStream stream) {
    return stream.cursor();
  }

  @Override
  public int undecidedLength(PlayedStream stream) {
    return stream.undecidedLength();
  }

  @Override
  public long decided(PlayedStream stream) {
    return stream.decided();
  }

  @Override
  public boolean isComplete(PlayedStream stream) {
    return stream.isComplete();
  }

  @Override
  public boolean isSpanEndOwed(PlayedStream stream) {
    return stream.isSpanEndOwed();
  }

  @Override
  public int revision(PlayedConnection<S> connection) {
    return revision;
  }

  @Override
  public int holdLimit(PlayedConnection<S> connection) {
    return holdLimit;
  }

  @Override
  public boolean isBlocked(PlayedConnection<S> connection, PlayedStream stream) {
    return false;
  }

  @Override
  public boolean makeRoom(PlayedConnection<S> connection, PlayedStream stream) {
    return !isReset && !stream.isUnseen() && !stream.isSettled();
  }

  @Override
  public void applySpans(PlayedConnection<S> connection, PlayedStream stream) {
    stream.applySpans();
  }

  @Override
  public int viewStepBytes(PlayedStream stream) {
    int longest = LONGEST_STEP_OF_MOVES + stream.cursor().shownLength() / SHARE_OF_SHOWN;
    return moves == null ? CallingRule.VIEW_STEP_BYTES : 1 + moves.nextInt(longest);
  }
}
