package dev.midstream.gateway.tables;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A worker whose connections are listed.
 *
 * @param thread runs something on the worker's thread, between two batches of packets
 * @param sweeps begins sweeps on that thread
 */
public record SweptWorker(Executor thread, Sweeps sweeps) {

  /** Begins sweeps. */
  @FunctionalInterface
  public interface Sweeps {
    /**
     * Begins a sweep.
     *
     * @param before the one before; null if there is none
     * @return null if the node has no life
     */
    @Nullable NodeSweep begin(@Nullable NodeSweep before);
  }
}
