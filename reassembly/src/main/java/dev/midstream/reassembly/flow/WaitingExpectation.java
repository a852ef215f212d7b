package dev.midstream.reassembly.flow;

/** An expectation of an {@link ExpectationTable}, and what has become of it. */
final class WaitingExpectation {
  final ExpectedConnection expected;

  /** Whether a connection of this engine announced it. */
  final boolean isOwn;

  final long endNanos;

  /** The connections that fulfilled it. */
  int opened;

  /** Those of them that are in no record. */
  int unrecorded;

  /** Those that are, as the engines have said that opened them, or this one if it has. */
  int recordedElsewhere;

  /** Whether the log has it. */
  private boolean isLogged;

  /** Whether another expectation has its place. */
  private boolean isReplaced;

  /** Of this engine's connection, or of another's; it expires at {@code endNanos}. */
  WaitingExpectation(ExpectedConnection expected, boolean isOwn, long endNanos) {
    this.expected = expected;
    this.isOwn = isOwn;
    isLogged = isOwn;
    this.endNanos = endNanos;
  }

  boolean isLogged() {
    return isLogged;
  }

  void noteUnlogged() {
    isLogged = false;
  }

  boolean isReplaced() {
    return isReplaced;
  }

  /** Another expectation has its place, here and in the log. */
  void noteReplaced() {
    isReplaced = true;
    isLogged = false;
  }

  /** The connections that fulfilled it and are in a record. */
  int recorded() {
    return opened - unrecorded;
  }

  /** Whether so many connections are all of them. */
  boolean isMetBy(int connections) {
    return connections >= expected.expectation().connections();
  }
}
