package dev.midstream.gateway.admin;

import dev.midstream.reassembly.Engine;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegCounters;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** One worker as it is seen from outside. For any thread. */
public interface WorkerHandle {

  /**
   * Answers a question about the engine on the worker's own thread, between two batches; never once
   * the worker has ended.
   */
  <T> CompletableFuture<T> submit(Function<Engine, T> question);

  /** What became of the frames of one leg. */
  LegCounters counters(Leg leg);

  /** The engine's time. */
  long nowNanos();
}
