package dev.midstream.testkit.sim.time;

/** An event at one moment of virtual time. */
@FunctionalInterface
public interface Event {

  /** Runs the event. */
  void happen(long nowNanos);
}
