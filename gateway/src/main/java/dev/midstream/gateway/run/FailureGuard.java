package dev.midstream.gateway.run;

import dev.midstream.modcmd.call.ForeignFailure;
import dev.midstream.reassembly.EngineBox;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.PacketOutput;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits what an exception or error of a worker ends: one connection, all of an engine if none can
 * be named, or all connections of the worker if memory is exhausted. The worker goes on. Belongs to
 * the worker's thread.
 */
final class FailureGuard {
  private static final Logger LOG = LoggerFactory.getLogger(FailureGuard.class);

  /**
   * A peer that can make the engine fail once can do so often. Events are still written, up to
   * their rate limit.
   */
  private static final int MAX_LOGGED = 10;

  private static final int MAX_STACK_FRAMES = 8;

  /** Memory that is set free when there is no other, so that connections can be given up. */
  private static final int RESERVE_BYTES = 1 << 20;

  /** Memory is exhausted if less than this part of the heap is free after a collection. */
  private static final int MIN_FREE_PART = 8;

  private final EngineBox engines;
  private final BooleanSupplier memoryExhausted;

  @SuppressWarnings("UnusedVariable") // only its memory is used
  private byte @Nullable [] reserve = new byte[RESERVE_BYTES];

  private int failures;

  /** Guards {@code engines}. */
  FailureGuard(EngineBox engines) {
    this(engines, FailureGuard::isHeapExhausted);
  }

  /** As above, with another way to find out whether memory is exhausted. */
  FailureGuard(EngineBox engines, BooleanSupplier memoryExhausted) {
    this.engines = engines;
    this.memoryExhausted = memoryExhausted;
  }

  /**
   * Gives up the connection that is worked on, or all of them.
   *
   * @return the disposition of the current packet, if there is one
   */
  Disposition onEngineFailure(Throwable failure, long nowNanos, PacketOutput out) {
    if (failure instanceof OutOfMemoryError && memoryExhausted.getAsBoolean()) {
      return onWorkerFailure(failure, nowNanos, out);
    }
    String text =
        "engine failed why=" + ForeignFailure.text(failure) + " at=" + stackFrames(failure);
    Disposition disposition = engines.giveUp(text, nowNanos, out);
    if (disposition == null) {
      return onWorkerFailure(failure, nowNanos, out);
    }
    log("the connections that it concerns, if any, are given up", text);
    return disposition;
  }

  /**
   * Gives up all connections of the worker.
   *
   * @return the disposition of the current packet, if there is one
   */
  Disposition onWorkerFailure(Throwable failure, long nowNanos, PacketOutput out) {
    reserve = null;
    int connections = engines.connections();
    String text =
        "worker failed why=" + ForeignFailure.text(failure) + " at=" + stackFrames(failure);
    engines.giveUpAll(text + " connections=" + connections, nowNanos, out);
    reserve = new byte[RESERVE_BYTES];
    log("all connections of a worker are given up, connections=" + connections, text);
    return Disposition.TAKEN;
  }

  private void log(String what, String text) {
    if (failures < MAX_LOGGED) {
      LOG.error("{}, {}", what, text);
    }
    failures++;
  }

  /** The innermost stack frames. A failure whose class is an agent's may not tell them. */
  @SuppressWarnings("IllegalCatch") // a second failure must not end the worker
  private static String stackFrames(Throwable failure) {
    try {
      return Arrays.stream(failure.getStackTrace())
          .limit(MAX_STACK_FRAMES)
          .map(call -> call.getFileName() + ":" + call.getLineNumber())
          .collect(Collectors.joining(","));
    } catch (RuntimeException | Error _) {
      return "unknown";
    }
  }

  /** Whether the heap is nearly full. The virtual machine has just collected it. */
  private static boolean isHeapExhausted() {
    Runtime runtime = Runtime.getRuntime();
    long freeBytes = runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
    return freeBytes < runtime.maxMemory() / MIN_FREE_PART;
  }
}
