package dev.midstream.engines.sim;

/** Which messages a test loses. */
@FunctionalInterface
interface Loss<M> {
  /** Whether a message of {@code from} to {@code to} is lost. */
  boolean loses(Machine from, Machine to, M message);
}
