package dev.midstream.worlds.plan;

import dev.midstream.agent.AgentReason;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Octets;

/** Notes the edits of an agent that decides a part of a whole stream at once. */
final class EditRecorder implements Decisions {
  private final int length;
  private final boolean ends;
  private final Edits edits;
  private long at;
  private boolean over;

  /** Receives each edit. */
  @FunctionalInterface
  interface Edits {
    void add(long start, long end, Octets octets);
  }

  /**
   * Notes the edits of octets from {@code start} on, of a stream of {@code length}.
   *
   * @param ends whether the agent is shown the end of the stream
   */
  EditRecorder(long start, int length, boolean ends, Edits edits) {
    at = start;
    this.length = length;
    this.ends = ends;
    this.edits = edits;
  }

  /**
   * The end of what is decided.
   *
   * @throws IllegalStateException if octets are undecided at the end of the stream
   */
  long decided() {
    if (ends && at != length) {
      throw new IllegalStateException("undecided at the end: offset=" + at);
    }
    return at;
  }

  /** Whether the agent decides no further octets. */
  boolean isOver() {
    return over;
  }

  private void end() {
    at = length;
    over = true;
  }

  @Override
  public void pass(int count) {
    at += count;
  }

  @Override
  public void replace(int count, Octets newOctets) {
    edits.add(at, at + count, newOctets);
    at += count;
  }

  @Override
  public void skip(long count) {
    at = Math.min(length, at + count);
  }

  @Override
  public void drop(long count) {
    long end = Math.min(length, at + count);
    edits.add(at, end, Octets.empty());
    at = end;
  }

  @Override
  public void skipRest() {
    end();
  }

  @Override
  public void reply(Direction direction, Octets newOctets) {}

  @Override
  public void finish(Direction direction) {
    edits.add(at, length, Octets.empty());
    end();
  }

  @Override
  public void abort(Direction towards, String reason) {
    end();
  }

  @Override
  public void expect(Expectation expectation) {}

  @Override
  public void unexpect(Expectation expectation) {}

  @Override
  public void count(AgentReason reason, String text) {}

  @Override
  public void report(String event) {}

  @Override
  public void need(int count) {
    if (ends) {
      throw new IllegalStateException("needs octets after the end");
    }
  }

  @Override
  public void awaitOther() {
    if (ends) {
      throw new IllegalStateException("awaits the other direction after the end");
    }
  }

  @Override
  public void detach() {
    end();
  }

  @Override
  public void notMine(String reason) {
    end();
  }

  @Override
  public void reset(String reason) {
    end();
  }
}
