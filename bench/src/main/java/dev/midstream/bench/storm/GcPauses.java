package dev.midstream.bench.storm;

import jdk.jfr.consumer.RecordingStream;

/**
 * The pauses of the collector, as the JVM records them: those of all threads, and those of a thread
 * that waits for memory.
 */
final class GcPauses implements AutoCloseable {
  private static final String PAUSE = "jdk.GCPhasePause";
  private static final String STALL = "jdk.ZAllocationStall";

  private final RecordingStream events = new RecordingStream();
  private final Durations pauses = new Durations();
  private final Durations stalls = new Durations();

  /** Starts recording. */
  GcPauses() {
    events.enable(PAUSE).withoutThreshold();
    events.enable(STALL).withoutThreshold();
    events.onEvent(PAUSE, event -> pauses.add(event.getDuration().toNanos()));
    events.onEvent(STALL, event -> stalls.add(event.getDuration().toNanos()));
    events.startAsync();
  }

  /** Ends recording; waits until all pauses so far are known. */
  @Override
  public void close() {
    events.stop();
    events.close();
  }

  /** How many pauses there were, and how long. */
  String summary() {
    return "pauses " + pauses.summary() + "; waits for memory " + stalls.summary();
  }
}
