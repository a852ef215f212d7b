package dev.midstream.worlds.law;

import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;

/** Observes the intact segments of one connection on both sides of the box. */
interface BoxObserver {

  /** A call of the box begins, with a packet or a timer. */
  default void begins(long nowNanos) {}

  /** A segment of the endpoint on the side {@code leg} arrives at the box. */
  default void arrives(Leg leg, WatchedSegment segment, long nowNanos) {}

  /** A segment for the endpoint on the side {@code leg} leaves the box. */
  default void leaves(Leg leg, WatchedSegment segment, long nowNanos) {}

  /**
   * A segment for the endpoint on the side {@code leg} left the box and was too large for the link
   * behind it.
   */
  default void drops(Leg leg, WatchedSegment segment, long nowNanos) {}

  /** What is essential is recorded, as it is after the last packet that arrived. */
  default void recorded() {}

  /** The engine in the box dies, and another one goes on with what is recorded. */
  default void dies(Death death, long nowNanos) {}

  /** The engine in the box hands the connection over to another one, which knows all of it. */
  default void handedOver() {}

  /** The box begins in the middle of the connection: it does not know what passed before. */
  default void joins() {}

  /** The next call of the box begins: the state of the box is that after the last one. */
  default void rests(long nowNanos) {}
}
