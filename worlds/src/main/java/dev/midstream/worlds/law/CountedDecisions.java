package dev.midstream.worlds.law;

import dev.midstream.agent.AgentReason;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Octets;
import org.jspecify.annotations.Nullable;

/** Forwards an agent's decisions, counts the decided octets, and notes how the agent stops. */
final class CountedDecisions implements Decisions {
  private static final long REST = Long.MAX_VALUE / 4;

  private final Decisions out;
  private long octets;
  private int needed;
  private boolean reset;
  private boolean detached;
  private @Nullable Direction aborted;

  CountedDecisions(Decisions out) {
    this.out = out;
  }

  /** Decided octets, including octets of a skip or drop that have not arrived. */
  long octets() {
    return octets;
  }

  @Override
  public void pass(int count) {
    octets += count;
    out.pass(count);
  }

  @Override
  public void replace(int count, Octets newOctets) {
    octets += count;
    out.replace(count, newOctets);
  }

  /** The octets that the agent needs before the next call; 0 if it named no number. */
  int needed() {
    return needed;
  }

  @Override
  public void need(int length) {
    needed = length;
    out.need(length);
  }

  @Override
  public void awaitOther() {
    out.awaitOther();
  }

  @Override
  public void skip(long count) {
    octets += count;
    out.skip(count);
  }

  @Override
  public void drop(long count) {
    octets += count;
    out.drop(count);
  }

  @Override
  public void skipRest() {
    octets = REST;
    out.skipRest();
  }

  @Override
  public void reply(Direction direction, Octets newOctets) {
    out.reply(direction, newOctets);
  }

  @Override
  public void finish(Direction direction) {
    octets = REST;
    out.finish(direction);
  }

  @Override
  public void abort(Direction towards, String reason) {
    aborted = towards;
    out.abort(towards, reason);
  }

  /** The direction whose receiver the agent has reset; null if it has not. */
  @Nullable Direction aborted() {
    return aborted;
  }

  @Override
  public void expect(Expectation expectation) {
    out.expect(expectation);
  }

  @Override
  public void unexpect(Expectation expectation) {
    out.unexpect(expectation);
  }

  @Override
  public void detach() {
    detached = true;
    out.detach();
  }

  /** Whether the agent has detached from the connection, or does not know its protocol. */
  boolean isDetached() {
    return detached;
  }

  @Override
  public void notMine(String reason) {
    detached = true;
    out.notMine(reason);
  }

  /** Whether the agent has reset the connection. */
  boolean isReset() {
    return reset;
  }

  @Override
  public void reset(String reason) {
    reset = true;
    out.reset(reason);
  }

  @Override
  public void count(AgentReason reason, String text) {
    out.count(reason, text);
  }

  @Override
  public void report(String event) {
    out.report(event);
  }
}
