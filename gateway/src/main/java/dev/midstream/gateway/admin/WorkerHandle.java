package dev.midstream.gateway.admin;

import dev.midstream.reassembly.EngineBox;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegCounters;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A worker as other threads see it. Thread-safe. */
public interface WorkerHandle {

  /**
   * Applies {@code question} to the engines on the worker's own thread, between two batches of
   * packets. The future never completes once the worker has ended.
   */
  <T> CompletableFuture<T> submit(Function<EngineBox, T> question);

  LegCounters counters(Leg leg);

  /** The engines' time. */
  long nowNanos();
}
