package dev.midstream.testkit.sim.event;

/** Something that happens at one moment of virtual time. */
@FunctionalInterface
public interface Occurrence {

  /** Happens now. */
  void occur(long nowNanos);
}
