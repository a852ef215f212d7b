package dev.midstream.reassembly.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.status.EngineStatus;
import dev.midstream.reassembly.status.StatusScan;

/** A scan of the status that is taken to its end at once. */
public final class CompleteScan {
  /** Several times what the largest table of a test needs. */
  private static final int MAX_STEPS = 1_000;

  private CompleteScan() {}

  /** Takes the steps that {@code scan} still needs, and returns its result. */
  public static EngineStatus of(StatusScan scan, long nowNanos) {
    int steps = 0;
    while (scan.step(nowNanos)) {
      assertThat(++steps).as("steps of a scan").isLessThan(MAX_STEPS);
    }
    return scan.result();
  }
}
