package dev.midstream.testkit.sim.link;

/** A receiver of frames. */
@FunctionalInterface
public interface FrameSink {

  /** Accepts a frame and its ownership. */
  void accept(Frame frame, long nowNanos);
}
