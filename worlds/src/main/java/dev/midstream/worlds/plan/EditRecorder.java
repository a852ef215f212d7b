package dev.midstream.worlds.plan;

import dev.midstream.agent.AgentReason;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Octets;

/** Notes the edits of an agent that decides a whole stream at once. */
final class EditRecorder implements Decisions {
  private final int length;
  private final Edits edits;
  private long at;

  /** Receives each edit. */
  @FunctionalInterface
  interface Edits {
    void add(long start, long end, Octets octets);
  }

  /** Notes the edits of octets {@code [start, length)}. */
  EditRecorder(long start, int length, Edits edits) {
    at = start;
    this.length = length;
    this.edits = edits;
  }

  void requireAllDecided() {
    if (at != length) {
      throw new IllegalStateException("undecided at the end: offset=" + at);
    }
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
    at = length;
  }

  @Override
  public void reply(Direction direction, Octets newOctets) {}

  @Override
  public void finish(Direction direction) {
    edits.add(at, length, Octets.empty());
    at = length;
  }

  @Override
  public void abort(Direction towards, String reason) {
    at = length;
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
    throw new IllegalStateException("needs octets after the end");
  }

  @Override
  public void detach() {
    at = length;
  }

  @Override
  public void notMine(String reason) {
    at = length;
  }

  @Override
  public void reset(String reason) {
    at = length;
  }
}
