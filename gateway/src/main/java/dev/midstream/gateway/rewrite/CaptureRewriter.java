package dev.midstream.gateway.rewrite;

import dev.midstream.gateway.command.ErrorLines;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.command.RewriteRequest;
import dev.midstream.gateway.command.Rewriter;
import dev.midstream.gateway.event.EventFile;
import dev.midstream.gateway.event.TimedEvents;
import dev.midstream.gateway.watch.Watchdog;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.wire.capture.CaptureDamage;
import dev.midstream.wire.capture.CaptureException;
import dev.midstream.wire.capture.CaptureReader;
import dev.midstream.wire.capture.CaptureWriter;
import dev.midstream.wire.capture.HeaderPolicy;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.function.LongSupplier;

/** Rewrites captures, each with a new engine. */
public final class CaptureRewriter implements Rewriter {
  private final LongSupplier clockNanos;
  private final boolean onTerminal;

  /**
   * A rewriter.
   *
   * @param clockNanos measures the work; packets have the time of the capture
   * @param onTerminal whether the summary goes to a terminal, which then shows progress
   */
  public CaptureRewriter(LongSupplier clockNanos, boolean onTerminal) {
    this.clockNanos = clockNanos;
    this.onTerminal = onTerminal;
  }

  @Override
  public void rewrite(RewriteRequest request, PrintWriter summary)
      throws InputException, IOException {
    keepLogClosed();
    try (EventFile file = EventFile.open(request.configuration().eventsFile())) {
      rewrite(request, file.newEvents(), summary);
    } catch (CaptureException e) {
      throw new InputException(String.valueOf(e.getMessage()));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void rewrite(RewriteRequest request, TimedEvents events, PrintWriter summary)
      throws InputException, IOException {
    long startNanos = clockNanos.getAsLong();
    FirstFailures failures = new FirstFailures(events, new ErrorLines(summary));
    Engine engine = engine(request, failures);
    boolean monitors = request.configuration().mode() == Mode.MONITOR;
    HeaderPolicy policy = monitors ? HeaderPolicy.VERBATIM : HeaderPolicy.ROOM_FOR_EDITS;
    CaptureDamage damage;
    long written;
    try (failures;
        CaptureReader reader = CaptureReader.open(request.in());
        CaptureWriter writer =
            CaptureWriter.create(request.out(), request.outName(), reader, policy);
        ProgressLine progress = progress(request, summary);
        Watchdog watchdog = watchdog(request, summary)) {
      watchdog.watch(engine.callMark(), 0, new EndOfRewriting(summary));
      refuseUnreadable(reader);
      RewriteRun run = new RewriteRun(engine, reader, writer, events, progress);
      run.rewriteAll();
      refuseUnreadable(reader);
      damage = reader.damage();
      written = run.packetsWritten();
    }
    if (damage != null && engine.counters().packets() == 0) {
      throw new InputException(damage.line());
    }
    if (damage != null) {
      summary.println("midstream: warning: " + damage.line());
    }
    long tookNanos = clockNanos.getAsLong() - startNanos;
    new Summary(engine.counters(), written, damage, tookNanos).print(summary, request.json());
  }

  private static Engine engine(RewriteRequest request, EventSink events) {
    SecureRandom random = new SecureRandom();
    return new Engine(
        request.configuration().within(Runtime.getRuntime().maxMemory()).engine(request.vantage()),
        new HashSeed(random.nextLong(), random.nextLong()),
        PooledByteBufAllocator.DEFAULT,
        events);
  }

  private static Watchdog watchdog(RewriteRequest request, PrintWriter summary) {
    return Watchdog.start(
        request.configuration().agentTimes(),
        0,
        (_, line) -> summary.println("midstream: warning: " + line));
  }

  /** Netty would open the program's log, which takes longer than rewriting a small capture. */
  private static void keepLogClosed() {
    InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
  }

  /** A pipe has no length, so its share of the work is unknown. */
  private ProgressLine progress(RewriteRequest request, PrintWriter summary) throws IOException {
    long totalBytes = Files.isRegularFile(request.in()) ? Files.size(request.in()) : 0;
    return new ProgressLine(summary, onTerminal, clockNanos, totalBytes);
  }

  /** Refuses a capture of which no packet can be read. */
  private static void refuseUnreadable(CaptureReader reader) throws InputException {
    String unreadable = reader.unreadableLinkTypes();
    if (unreadable != null) {
      throw new InputException(unreadable);
    }
  }
}
