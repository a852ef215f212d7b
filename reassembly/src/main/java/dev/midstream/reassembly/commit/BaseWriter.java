package dev.midstream.reassembly.commit;

import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ExpectationCodec.Written;
import dev.midstream.reassembly.flow.ExpectationLog;
import dev.midstream.reassembly.flow.ExpectedConnection;
import dev.midstream.reassembly.flow.UnwrittenState;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records of all connections as they are at one instant, for an engine that got none of the
 * records before. What other engines know of the connections stays as it is: the records of the log
 * that follow may be added to these as well.
 */
public final class BaseWriter implements ExpectationLog {
  private final Form form;
  private final RecordWriter records;
  private final Consumer<StateWriter> taker;
  private final long nowNanos;

  /** How much of a connection is written. */
  public interface Form {
    /** Writes a record of {@code connection}; returns why not if that fails. */
    @Nullable UnwrittenState write(Connection connection, long nowNanos);
  }

  /**
   * Writes by {@code records}, and connections in {@code form}; {@code taker} gets each record,
   * which is valid during the call.
   */
  public BaseWriter(Form form, RecordWriter records, Consumer<StateWriter> taker, long nowNanos) {
    this.form = form;
    this.records = records;
    this.taker = taker;
    this.nowNanos = nowNanos;
  }

  /** Writes that no record before counts. */
  public void begin() {
    records.writeCloseAll();
    taker.accept(records.record());
  }

  /** Writes a connection, or a copy of it. */
  public void write(Connection connection) {
    if (form.write(connection, nowNanos) == null) {
      taker.accept(records.record());
    }
  }

  /** Writes what is essential of the half-open connection of which {@code copy} is only a copy. */
  public void writeCopy(Connection copy) {
    if (records.writeBase(copy, nowNanos) == null) {
      taker.accept(records.record());
    }
  }

  /** Writes the records of a connection that is not read yet. */
  public void writeAgain(List<KeptRecord> kept) {
    records.writeAgain(kept, taker, nowNanos);
  }

  @Override
  public void add(ExpectedConnection expected, int opened, long restNanos) {
    records.writeExpected(new Written(expected, opened, restNanos));
    taker.accept(records.record());
  }

  @Override
  public void remove(ExpectedConnection expected) {
    throw new IllegalStateException("a base tells nothing of what is no more");
  }

  @Override
  public void holdBack(Connection parent, long toServerFrom, long toClientFrom) {
    throw new IllegalStateException("nothing waits for a base");
  }

  @Override
  public void clear() {
    // it holds nothing
  }
}
