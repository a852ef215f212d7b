package dev.midstream.gateway.record;

import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.command.RecordRequest;
import dev.midstream.gateway.config.PortSettings;
import dev.midstream.reassembly.Engine;
import dev.midstream.wire.capture.AnnotatedCapture;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.LinkType;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A capture that workers hand packets to and a thread of its own writes. A disk that is slow or
 * full costs packets of the recording, which are counted, never packets of the connections.
 */
public final class Recording implements AutoCloseable {
  private static final long MOST_QUEUED_BYTES = 64L << 20;
  private static final long FLUSH_NANOS = 1_000_000_000L;
  private static final long CLOSE_MILLIS = 1_000;

  private final RecordRequest request;
  private final AnnotatedCapture capture;
  private final Consumer<String> log;
  private final BlockingQueue<List<RecordedPacket>> queue = new LinkedBlockingQueue<>();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong writtenBytes = new AtomicLong();
  private final Thread writer;
  private volatile boolean open = true;

  /**
   * How far a recording has come.
   *
   * @param open whether packets are still taken
   * @param packets written so far
   * @param bytes how long the file is
   * @param lost packets for which there was no time
   */
  public record Progress(boolean open, long packets, long bytes, long lost) {}

  private Recording(RecordRequest request, AnnotatedCapture capture, Consumer<String> log) {
    this.request = request;
    this.capture = capture;
    this.log = log;
    writer = Thread.ofPlatform().name("recording").daemon().unstarted(this::write);
  }

  /**
   * Creates the file, or empties it if it is there.
   *
   * @param log hears when the recording ends early
   * @throws InputException if it cannot be written, with the reason
   */
  public static Recording open(RecordRequest request, PortSettings port, Consumer<String> log)
      throws InputException {
    LinkType linkType = port.kind() == PortSettings.Kind.TUN ? LinkType.RAW_IP : LinkType.ETHERNET;
    List<AnnotatedCapture.Interface> interfaces =
        List.of(
            new AnnotatedCapture.Interface(port.inside(), "inside", linkType),
            new AnnotatedCapture.Interface(port.outside(), "outside", linkType));
    try {
      FileChannel channel =
          FileChannel.open(
              request.file(),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING);
      Recording recording =
          new Recording(
              request, new AnnotatedCapture(channel, request.file().toString(), interfaces), log);
      recording.writer.start();
      return recording;
    } catch (IOException e) {
      throw new InputException(request.file() + ": cannot be written, error=" + e);
    }
  }

  /** The same as {@code box} before {@code engine}, of which chosen packets are recorded. */
  public Box around(Box box, Engine engine) {
    RecordChoice choice = new RecordChoice(engine, request.rules());
    return new RecordingBox(box, engine.counters(), choice, this);
  }

  /** How far it has come; for any thread. */
  public Progress progress() {
    return new Progress(open, written.get(), writtenBytes.get(), lost.get());
  }

  /** Whether packets are still taken. */
  boolean isOpen() {
    return open;
  }

  /** Hands over what belongs together, in its order; it is lost if too much waits already. */
  void hand(List<RecordedPacket> packets) {
    long bytes = 0;
    for (RecordedPacket packet : packets) {
      bytes += packet.length();
    }
    if (queuedBytes.addAndGet(bytes) > MOST_QUEUED_BYTES) {
      queuedBytes.addAndGet(-bytes);
      lost.addAndGet(packets.size());
    } else {
      queue.add(packets);
    }
  }

  /** Writes what was handed over, and ends the file. */
  @Override
  public void close() {
    queue.add(List.of());
    try {
      writer.join(CLOSE_MILLIS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (lost.get() > 0) {
      log.accept("recording is not complete, file=" + request.file() + " lost=" + lost.get());
    }
  }

  private void write() {
    try (capture) {
      while (open) {
        List<RecordedPacket> packets = queue.poll(FLUSH_NANOS, TimeUnit.NANOSECONDS);
        if (packets == null) {
          capture.flush();
        } else if (packets.isEmpty()) {
          open = false;
        } else {
          write(packets);
        }
      }
    } catch (IOException e) {
      log.accept("recording has ended, file=" + request.file() + " error=" + e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    open = false;
    queue.clear();
  }

  private void write(List<RecordedPacket> packets) throws IOException {
    long mostBytes = 0;
    for (RecordedPacket packet : packets) {
      queuedBytes.addAndGet(-packet.length());
      mostBytes += packet.mostBytes();
    }
    if (capture.bytes() + mostBytes > request.mostBytes()) {
      log.accept("recording is full, file=" + request.file() + " bytes=" + capture.bytes());
      open = false;
      return;
    }
    for (RecordedPacket packet : packets) {
      packet.writeTo(capture);
    }
    written.addAndGet(packets.size());
    writtenBytes.set(capture.bytes());
  }
}
