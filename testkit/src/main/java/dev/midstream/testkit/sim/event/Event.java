package dev.midstream.testkit.sim.event;

/** Something that happens at one moment of virtual time. */
@FunctionalInterface
public interface Event {

  /** Happens now. */
  void happen(long nowNanos);
}
