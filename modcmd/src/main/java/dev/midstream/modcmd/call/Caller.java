package dev.midstream.modcmd.call;

import dev.midstream.agent.Direction;

/**
 * Calls agents when {@link CallingRule} says so, and carries out their decisions.
 *
 * @param <C> a connection
 * @param <S> one direction of it
 */
public interface Caller<C, S> {
  /** The stream of {@code direction}. */
  S stream(C connection, Direction direction);

  /** What the agent was shown of the undecided octets, and what it waits for. */
  AgentCursor cursor(S stream);

  /** The number of undecided octets that have arrived in order. */
  int undecidedLength(S stream);

  /** The number of decided octets. */
  long decided(S stream);

  /** Whether the undecided octets are the last ones of the stream. */
  boolean isComplete(S stream);

  /** Whether the agent is to be called because the last octet of a span has come. */
  boolean isSpanEndOwed(S stream);

  /** A number that changes with the state of the agent. */
  int revision(C connection);

  /** Whether the agent must not be called for a while, because too much of its output waits. */
  boolean isBlocked(C connection, S stream);

  /** Makes room for the output of the agent; returns whether it may be called now. */
  boolean makeRoom(C connection, S stream);

  /** Passes or deletes undecided octets of a span that the agent skipped or dropped. */
  void applySpans(C connection, S stream);

  /** The largest growth of a view from call to call in octets; 1 or more. */
  int viewStepBytes(S stream);

  /** How many octets of one direction the agent may leave undecided; 0 or more. */
  int holdLimit(C connection);

  /** Shows the first {@code length} undecided octets and carries out the decisions. */
  void call(C connection, Direction direction, S stream, int length, boolean flush);

  /** Ends a step: applies the hold policy to what stays undecided. */
  void settle(C connection, S stream);
}
