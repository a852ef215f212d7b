package dev.midstream.gateway.rewrite;

import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.command.RewriteRequest;
import dev.midstream.gateway.command.Rewriter;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.wire.capture.CaptureDamage;
import dev.midstream.wire.capture.CaptureException;
import dev.midstream.wire.capture.CaptureReader;
import dev.midstream.wire.capture.CaptureWriter;
import dev.midstream.wire.capture.HeaderPolicy;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.function.LongSupplier;

/** Rewrites captures with an engine of their own each. */
public final class CaptureRewriter implements Rewriter {
  private final LongSupplier clockNanos;
  private final boolean onTerminal;

  /**
   * A rewriter.
   *
   * @param clockNanos tells how long the work takes; packets have the capture's own time
   * @param onTerminal whether the summary goes to a terminal, where progress is shown
   */
  public CaptureRewriter(LongSupplier clockNanos, boolean onTerminal) {
    this.clockNanos = clockNanos;
    this.onTerminal = onTerminal;
  }

  @Override
  public void rewrite(RewriteRequest request, PrintWriter summary)
      throws InputException, IOException {
    long startNanos = clockNanos.getAsLong();
    Engine engine =
        new Engine(
            request.configuration().engine(request.reading()),
            PooledByteBufAllocator.DEFAULT,
            EventSink.NONE);
    boolean monitors = request.configuration().mode() == Mode.MONITOR;
    HeaderPolicy policy = monitors ? HeaderPolicy.VERBATIM : HeaderPolicy.ROOM_FOR_EDITS;
    CaptureDamage damage;
    long written;
    try (CaptureReader reader = CaptureReader.open(request.in());
        CaptureWriter writer = CaptureWriter.create(request.out(), reader, policy)) {
      refuseUnreadable(request, reader);
      Progress progress = new Progress(summary, onTerminal, clockNanos, Files.size(request.in()));
      RewriteRun run = new RewriteRun(engine, reader, writer, progress);
      run.toTheEnd();
      progress.done();
      refuseUnreadable(request, reader);
      damage = reader.damage();
      written = run.packetsWritten();
    } catch (CaptureException e) {
      throw new InputException(request.in() + ": " + e.getMessage());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (damage != null && engine.counters().packets() == 0) {
      throw new InputException(request.in() + ": " + damage.line());
    }
    if (damage != null) {
      summary.println("midstream: warning: " + damage.line());
    }
    long tookNanos = clockNanos.getAsLong() - startNanos;
    Summary.of(engine.counters(), written, damage, tookNanos).print(summary, request.json());
  }

  /** A file none of whose packets can be read is an error, not an empty success. */
  private static void refuseUnreadable(RewriteRequest request, CaptureReader reader)
      throws InputException {
    String unreadable = reader.unreadableLinkTypes();
    if (unreadable != null) {
      throw new InputException(request.in() + ": " + unreadable);
    }
  }
}
