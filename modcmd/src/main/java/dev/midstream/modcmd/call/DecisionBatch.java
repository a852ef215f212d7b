package dev.midstream.modcmd.call;

import dev.midstream.agent.AgentReason;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The answers of one agent call, in order and validated as they are given. Reusable; it allocates
 * only while its arrays grow. Not thread-safe.
 *
 * <p>The first invalid answer becomes the {@link #refusal()} and makes the whole batch invalid.
 * Each later answer throws {@link IllegalStateException}, so an agent that never stops answering is
 * stopped. The caller treats a throw and a refusal alike.
 */
public final class DecisionBatch implements Decisions {
  /*
   * An answer for octets moves `decided` through [0, viewLength]. The batch accepts answers for
   * octets until a need, an awaitOther, a skipRest, or a skip or drop beyond the view. It accepts
   * replies until a detach, notMine or reset. It accepts reports at any time. A detach, notMine or
   * reset after a need overrides it.
   */

  /** Maximum answers of one call beyond one for each octet of the view. */
  public static final int MAX_EXTRA_ANSWERS = 65_536;

  /** Maximum octets in all replacements and replies of one call. */
  public static final int MAX_NEW_BYTES = 16 * 1024 * 1024;

  /** Maximum expectations that one call may add or withdraw. */
  public static final int MAX_EXPECTATIONS = 64;

  /** Maximum length of a skip or drop. Longer ones are cut to it; no stream gets that far. */
  public static final long MAX_SKIP_BYTES = 1L << 62;

  private final AnswerList answers = new AnswerList();
  private List<AgentReason> declared = List.of();
  private final List<Expectation> expectations = new ArrayList<>(0);
  private int viewLength;
  private int decided;
  private long newBytes;
  private boolean endOfStream;
  private boolean octetsClosed;
  private boolean connectionClosed;
  private @Nullable String refusal;
  private @Nullable AgentReason undeclared;

  /** As {@link #open(int, boolean, List)}, for an agent that counts no reason. */
  public void open(int viewLength, boolean endOfStream) {
    open(viewLength, endOfStream, List.of());
  }

  /**
   * Clears the batch and accepts answers for a view of {@code viewLength} octets, from an agent
   * that may count the {@code declared} reasons.
   */
  public void open(int viewLength, boolean endOfStream, List<AgentReason> declared) {
    this.declared = declared;
    Objects.checkIndex(viewLength, Integer.MAX_VALUE);
    answers.clear();
    expectations.clear();
    this.viewLength = viewLength;
    this.endOfStream = endOfStream;
    decided = 0;
    newBytes = 0;
    octetsClosed = false;
    connectionClosed = false;
    refusal = null;
    undeclared = null;
  }

  /** The number of answers; adjacent passes count as one. */
  public int size() {
    return answers.size();
  }

  /** The length of the view that the answers are about. */
  public int viewLength() {
    return viewLength;
  }

  /** The reason why the first invalid answer was refused, or null if all are valid. */
  public @Nullable String refusal() {
    return refusal;
  }

  /** The reason that was counted and is not declared, if that is the first invalid answer. */
  public @Nullable AgentReason undeclared() {
    return undeclared;
  }

  /** The number of octets at the front of the view that have an answer. Skipped octets have one. */
  public int decidedOctets() {
    return decided;
  }

  /**
   * Whether the last answer for octets is a skip or a drop and the stream goes on: the agent is
   * called again when the last of these octets has come.
   */
  public boolean endsWithSpan() {
    for (int i = endOfStream ? -1 : size() - 1; i >= 0; i--) {
      switch (answers.kind(i)) {
        case SKIP, DROP -> {
          return true;
        }
        case PASS, REPLACE, NEED, AWAIT_OTHER, SKIP_REST, DETACH, NOT_MINE, RESET -> {
          return false;
        }
        case REPLY, FINISH, ABORT, EXPECT, UNEXPECT, COUNT, REPORT -> {}
      }
    }
    return false;
  }

  /** The kind of answer {@code index}. */
  public AnswerKind kind(int index) {
    return answers.kind(index);
  }

  /**
   * The count of a pass, replace, skip or drop, or the length of a need; without a meaning for the
   * others. A skip or a drop may reach beyond the view, except at the end of the stream.
   */
  public long count(int index) {
    return answers.count(index);
  }

  /** The new octets of a replace or a reply; empty for the others. */
  public Octets octets(int index) {
    Octets found = answers.octets(index);
    return found == null ? Octets.empty() : found;
  }

  /** The direction of a reply, finish or abort; other answers have none. */
  public Direction direction(int index) {
    return Objects.requireNonNull(answers.direction(index), "only a reply has a direction");
  }

  /** The expectation of an expect or unexpect; other answers have none. */
  public Expectation expectation(int index) {
    if (kind(index) != AnswerKind.EXPECT && kind(index) != AnswerKind.UNEXPECT) {
      throw new IllegalArgumentException("answer without an expectation: index=" + index);
    }
    return expectations.get((int) answers.count(index));
  }

  /** The reason of a count; other answers have none. */
  public AgentReason reason(int index) {
    if (kind(index) != AnswerKind.COUNT) {
      throw new IllegalArgumentException("only a count has a reason: index=" + index);
    }
    return declared.get((int) answers.count(index));
  }

  /**
   * The reason of a notMine, reset or abort, the text of a count or report; empty for the others.
   */
  public String text(int index) {
    String found = answers.text(index);
    return found == null ? "" : found;
  }

  @Override
  public void pass(int count) {
    if (!checkFits("pass", count, 1)) {
      return;
    }
    decided += count;
    if (!answers.extendPass(count)) {
      add(AnswerKind.PASS, count, null, null, null);
    }
  }

  @Override
  public void replace(int count, Octets octets) {
    Objects.requireNonNull(octets, "octets");
    if (!checkFits("replace", count, octets.isEmpty() ? 1 : 0) || !addNewBytes(octets)) {
      return;
    }
    if (add(AnswerKind.REPLACE, count, octets, null, null)) {
      decided += count;
    }
  }

  @Override
  public void need(int length) {
    if (!checkOpenForOctets("need")) {
      return;
    }
    if (length <= viewLength - decided) {
      refuse("need is already met", "length", length);
      return;
    }
    octetsClosed = true;
    add(AnswerKind.NEED, length, null, null, null);
  }

  @Override
  public void awaitOther() {
    if (checkOpenForOctets("awaitOther")) {
      octetsClosed = true;
      boolean ignored = decided == viewLength || add(AnswerKind.AWAIT_OTHER, 0, null, null, null);
    }
  }

  @Override
  public void skip(long count) {
    decideUnseen("skip", AnswerKind.SKIP, count);
  }

  @Override
  public void drop(long count) {
    decideUnseen("drop", AnswerKind.DROP, count);
  }

  /** Decides octets of which some may be still to come. */
  private void decideUnseen(String answer, AnswerKind kind, long count) {
    if (!checkOpenForOctets(answer)) {
      return;
    }
    if (count < 1) {
      refuse(answer + " of too few octets", "count", count);
      return;
    }
    int left = viewLength - decided;
    long kept = Math.min(count, endOfStream ? left : MAX_SKIP_BYTES);
    octetsClosed = count > left;
    decided += (int) Math.min(count, left);
    if (kept > 0) {
      add(kind, kept, null, null, null);
    }
  }

  @Override
  public void skipRest() {
    if (checkOpenForOctets("skipRest") && add(AnswerKind.SKIP_REST, 0, null, null, null)) {
      octetsClosed = true;
      decided = viewLength;
    }
  }

  @Override
  public void reply(Direction direction, Octets octets) {
    Objects.requireNonNull(direction, "direction");
    if (!checkOpen("reply")) {
      return;
    }
    if (octets.isEmpty()) {
      refuse("reply without octets", "count", 0);
    } else if (addNewBytes(octets)) {
      add(AnswerKind.REPLY, 0, octets, direction, null);
    }
  }

  @Override
  public void finish(Direction direction) {
    Objects.requireNonNull(direction, "direction");
    if (checkOpen("finish")) {
      add(AnswerKind.FINISH, 0, null, direction, null);
    }
  }

  @Override
  public void abort(Direction towards, String reason) {
    Objects.requireNonNull(towards, "towards");
    Objects.requireNonNull(reason, "reason");
    if (checkOpen("abort")) {
      add(AnswerKind.ABORT, 0, null, towards, reason);
    }
  }

  @Override
  public void expect(Expectation expectation) {
    addExpectation("expect", AnswerKind.EXPECT, expectation);
  }

  @Override
  public void unexpect(Expectation expectation) {
    addExpectation("unexpect", AnswerKind.UNEXPECT, expectation);
  }

  private void addExpectation(String answer, AnswerKind kind, Expectation expectation) {
    Objects.requireNonNull(expectation, "expectation");
    if (!checkOpen(answer)) {
      return;
    }
    if (expectations.size() >= MAX_EXPECTATIONS) {
      refuse("too many expectations", "count", expectations.size() + 1L);
    } else if (add(kind, expectations.size(), null, null, null)) {
      expectations.add(expectation);
    }
  }

  @Override
  public void detach() {
    closeConnection("detach", AnswerKind.DETACH, null);
  }

  @Override
  public void notMine(String reason) {
    closeConnection("notMine", AnswerKind.NOT_MINE, Objects.requireNonNull(reason, "reason"));
  }

  @Override
  public void reset(String reason) {
    closeConnection("reset", AnswerKind.RESET, Objects.requireNonNull(reason, "reason"));
  }

  @Override
  public void count(AgentReason reason, String text) {
    Objects.requireNonNull(text, "text");
    failIfRefused();
    int number = declared.indexOf(reason);
    if (number < 0) {
      undeclared = reason;
      refusal = "count of a reason that the provider does not declare, code=" + reason.code();
    } else {
      add(AnswerKind.COUNT, number, null, null, text);
    }
  }

  @Override
  public void report(String event) {
    Objects.requireNonNull(event, "event");
    failIfRefused();
    add(AnswerKind.REPORT, 0, null, null, event);
  }

  private void closeConnection(String answer, AnswerKind kind, @Nullable String reason) {
    if (checkOpen(answer) && add(kind, 0, null, null, reason)) {
      connectionClosed = true;
    }
  }

  private boolean checkFits(String answer, int count, int least) {
    if (!checkOpenForOctets(answer)) {
      return false;
    }
    if (count < least) {
      return refuse(answer + " of too few octets", "count", count);
    }
    if (count > viewLength - decided) {
      return refuse(answer + " of octets that were not shown", "count", count);
    }
    return true;
  }

  private boolean addNewBytes(Octets octets) {
    newBytes += octets.length();
    return newBytes <= MAX_NEW_BYTES || refuse("too many new octets", "bytes", newBytes);
  }

  private boolean checkOpenForOctets(String answer) {
    return checkOpen(answer)
        && (!octetsClosed || refuse(answer + " after an answer that ends the call", "at", size()));
  }

  private boolean checkOpen(String answer) {
    failIfRefused();
    return !connectionClosed || refuse(answer + " after the connection was given up", "at", size());
  }

  private void failIfRefused() {
    if (refusal != null) {
      throw new IllegalStateException("answer after a refused one: " + refusal);
    }
  }

  private boolean refuse(String what, String name, long value) {
    refusal = what + ", " + name + "=" + value + " undecided=" + (viewLength - decided);
    return false;
  }

  private boolean add(
      AnswerKind kind,
      long count,
      @Nullable Octets newOctets,
      @Nullable Direction direction,
      @Nullable String text) {
    if (size() - viewLength >= MAX_EXTRA_ANSWERS) {
      return refuse("too many answers", "count", size() + 1L);
    }
    answers.add(kind, count, newOctets, direction, text);
    return true;
  }
}
