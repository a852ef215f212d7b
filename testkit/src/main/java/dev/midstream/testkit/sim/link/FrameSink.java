package dev.midstream.testkit.sim.link;

/** Takes frames and what becomes of them. */
@FunctionalInterface
public interface FrameSink {

  /** Takes a frame, which is the sink's from now on. */
  void accept(Frame frame, long nowNanos);
}
