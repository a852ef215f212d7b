package dev.midstream.reassembly;

import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ExpectationCodec;
import dev.midstream.reassembly.flow.ExpectationCodec.Written;
import dev.midstream.reassembly.flow.ExpectationTable;
import dev.midstream.reassembly.flow.ExpectedConnection;
import dev.midstream.reassembly.rule.ExpectationLimits;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the agents of other engines expect, at an engine that may own the expected connections
 * (HSI-6). On the thread of the engine's worker, between two calls.
 */
public final class SharedExpectations {
  private final ExpectationTable table;
  private final ExpectationCodec codec;
  private final ExpectationLimits limits;

  SharedExpectations(ExpectationTable table, ExpectationCodec codec, ExpectationLimits limits) {
    this.table = table;
    this.codec = codec;
    this.limits = limits;
  }

  /** How long an expectation stays. */
  public long nanos() {
    return limits.nanos();
  }

  /** Writes and reads expectations, for engines with the same rules. */
  public ExpectationCodec codec() {
    return codec;
  }

  /**
   * Adds an expectation, or replaces the one of the same place.
   *
   * @param recorded the connections that fulfilled it of which other engines have said that they
   *     are in records
   */
  public void add(Written written, int recorded, long nowNanos) {
    table.add(written, recorded, nowNanos);
  }

  /** Shows what the agents of this engine's connections expect now, the oldest first. */
  public void showOwn(Consumer<Written> observer, long nowNanos) {
    table.showOwn(observer, nowNanos);
  }

  /**
   * Notes that an expected connection was opened at another engine.
   *
   * @param ends its ends, if {@link #noteRecorded} follows; null if not
   */
  public void noteOpened(ExpectedConnection expected, @Nullable ConnectionKey ends) {
    table.noteOpened(expected, ends);
  }

  /** Notes that the connection between {@code ends} is in a record of another engine. */
  public void noteRecorded(ExpectedConnection expected, ConnectionKey ends, long nowNanos) {
    table.noteRecorded(expected, ends, nowNanos);
  }

  /** Removes an expected connection that the agent of another engine expects no more. */
  public void remove(ExpectedConnection expected) {
    table.remove(expected);
  }
}
