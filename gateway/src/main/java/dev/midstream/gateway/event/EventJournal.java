package dev.midstream.gateway.event;

import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.output.FileErrors;
import dev.midstream.gateway.output.FileInUseException;
import dev.midstream.gateway.output.NodeLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The events of a running node. Workers queue lines and never wait; a thread of the journal writes
 * them. Lines that cannot be queued or written are counted as lost.
 */
public final class EventJournal implements TimedEvents.Lines, AutoCloseable {
  private static final int QUEUED_LINES = 8_192;
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long CLOSE_TIMEOUT_NANOS = 300_000_000L;
  private static final String STOP = "";

  private final @Nullable Thread writer;
  private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(QUEUED_LINES);
  private final RateLimit limit;
  private final LongSupplier clockNanos;
  private final NodeLog log;
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong suppressed = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private volatile boolean reopens;

  /**
   * Counts of events.
   *
   * @param written events in the file
   * @param suppressed events above the rate limit of their cause
   * @param lost events that could not be queued or written
   */
  public record Counts(long written, long suppressed, long lost) {}

  private EventJournal(
      @Nullable EventOutput output, int perSecond, LongSupplier clockNanos, NodeLog log) {
    limit = new RateLimit(perSecond);
    this.clockNanos = clockNanos;
    this.log = log;
    writer =
        output == null
            ? null
            : Thread.ofPlatform()
                .name("events")
                .daemon()
                .unstarted(() -> {
                  write(output);
                });
  }

  /**
   * Opens the file for appending, and starts the journal.
   *
   * @param file null for none: events are then discarded
   * @param perSecond events of one cause that are written each second
   * @param log gets a line when the file fails, when it works again, and when the end takes too
   *     long
   * @throws InputException if the file cannot be written, with the reason
   */
  public static EventJournal open(@Nullable Path file, int perSecond, NodeLog log)
      throws InputException {
    try {
      EventOutput output = file == null ? null : new EventOutput(file, log);
      return start(output, perSecond, steadyClock(), log);
    } catch (FileInUseException e) {
      throw new InputException(file + ": " + e.getMessage());
    } catch (IOException e) {
      throw new InputException(file + ": events cannot be written, error=" + FileErrors.reason(e));
    }
  }

  /** Starts to write to {@code output}. The clock counts nanoseconds since the epoch. */
  static EventJournal start(
      @Nullable EventOutput output, int perSecond, LongSupplier clockNanos, NodeLog log) {
    EventJournal journal = new EventJournal(output, perSecond, clockNanos, log);
    if (journal.writer != null) {
      journal.writer.start();
    }
    return journal;
  }

  /** A clock that starts with the system's time and ignores later changes of it. */
  private static LongSupplier steadyClock() {
    Instant now = Instant.now();
    long epochNanos = now.getEpochSecond() * SECOND_NANOS + now.getNano() - System.nanoTime();
    return () -> epochNanos + System.nanoTime();
  }

  /** The events of one more worker. */
  public TimedEvents newEvents() {
    return new TimedEvents(this);
  }

  public Counts counts() {
    return new Counts(written.get(), suppressed.get(), lost.get());
  }

  /** Makes the journal open its file anew, within a second. */
  public void reopen() {
    reopens = true;
  }

  /** Writes the queued lines and ends. Later lines are lost. */
  @Override
  public void close() {
    if (writer == null) {
      return;
    }
    long endNanos = System.nanoTime() + CLOSE_TIMEOUT_NANOS;
    try {
      if (!queue.offer(STOP, CLOSE_TIMEOUT_NANOS, TimeUnit.NANOSECONDS)
          || !writer.join(Duration.ofNanos(endNanos - System.nanoTime()))) {
        log.warn("events are incomplete, the file cannot be written in time");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** The time since the epoch; never decreases. */
  public long clockNanos() {
    return clockNanos.getAsLong();
  }

  /** Counts an event above the rate limit as suppressed. */
  @Override
  public boolean admits(String code, long nowNanos) {
    if (writer == null || limit.admits(code, nowNanos)) {
      return writer != null;
    }
    suppressed.incrementAndGet();
    return false;
  }

  @Override
  public void add(String line) {
    if (!queue.offer(line)) {
      lost.incrementAndGet();
    }
  }

  private void write(EventOutput output) {
    List<String> lines = new ArrayList<>();
    long checkNanos = System.nanoTime() + SECOND_NANOS;
    boolean stopped = false;
    while (!stopped) {
      stopped = awaitLines(lines);
      if (stopped || System.nanoTime() - checkNanos >= 0) {
        checkNanos = System.nanoTime() + SECOND_NANOS;
        follow(output);
        addSuppressed(lines, stopped);
      }
      if (!lines.isEmpty()) {
        int whole = output.write(lines);
        written.addAndGet(whole);
        lost.addAndGet(lines.size() - whole);
      }
      lines.clear();
    }
    output.close();
  }

  /** Keeps to the file of this name, which log rotation may have replaced. */
  private void follow(EventOutput output) {
    if (reopens) {
      reopens = false;
      output.reopen();
    } else {
      output.checkRotation();
    }
  }

  /** Waits for lines, at most a second. Returns true at the end of the journal. */
  private boolean awaitLines(List<String> lines) {
    try {
      String first = queue.poll(SECOND_NANOS, TimeUnit.NANOSECONDS);
      if (first != null) {
        lines.add(first);
        queue.drainTo(lines);
      }
    } catch (InterruptedException _) {
      return true;
    }
    return lines.removeIf(STOP::equals);
  }

  private void addSuppressed(List<String> lines, boolean all) {
    long nowNanos = clockNanos();
    limit.drainSuppressed(
        all ? Long.MAX_VALUE : nowNanos,
        (code, count) -> lines.add(EventLine.suppressed(nowNanos, code, count)));
  }
}
