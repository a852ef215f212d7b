package dev.midstream.gateway.record;

import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.command.RecordRequest;
import dev.midstream.gateway.config.PortSettings;
import dev.midstream.gateway.output.FileErrors;
import dev.midstream.gateway.output.FileInUseException;
import dev.midstream.gateway.output.NodeLog;
import dev.midstream.gateway.output.OwnedFile;
import dev.midstream.reassembly.EngineBox;
import dev.midstream.wire.capture.AnnotatedCapture;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.LinkType;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;

/**
 * A capture of chosen packets. Workers queue packets and never wait; a thread of the recording
 * writes them. A slow or full disk loses packets of the recording, which are counted, but never
 * packets of the connections.
 */
public final class Recording implements AutoCloseable {
  private static final long MAX_QUEUED_BYTES = 64L << 20;

  /** How long queued packets are still written after {@link #close}. */
  private static final Duration DRAIN_TIME = Duration.ofMillis(400);

  /** How long {@link #close} waits for the writer. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(500);

  private final RecordRequest request;
  private final RecordingFile file;
  private final NodeLog log;
  private final BlockingQueue<List<RecordedPacket>> queue = new LinkedBlockingQueue<>();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final Thread writer;
  private volatile boolean open = true;
  private volatile boolean endedEarly;
  private volatile boolean closing;
  private volatile long drainEndNanos;

  /**
   * The status of a recording.
   *
   * @param open whether it accepts packets
   * @param packets packets in the file
   * @param bytes length of the file
   * @param lost packets that were not written
   */
  public record Status(boolean open, long packets, long bytes, long lost) {}

  private Recording(RecordRequest request, RecordingFile file, NodeLog log) {
    this.request = request;
    this.file = file;
    this.log = log;
    writer = Thread.ofPlatform().name("recording").daemon().unstarted(this::write);
  }

  /**
   * Creates the file and starts the recording. Earlier recordings of this name are renamed.
   *
   * @param log gets a line if the recording ends early or lacks packets
   * @throws InputException if the file cannot be written, with the reason
   */
  public static Recording open(RecordRequest request, PortSettings port, NodeLog log)
      throws InputException {
    try {
      return open(request, port, log, emptyFile(request.file()));
    } catch (FileInUseException e) {
      throw new InputException(request.file() + ": " + e.getMessage());
    } catch (IOException e) {
      throw new InputException(
          request.file() + ": cannot be written, error=" + FileErrors.reason(e));
    }
  }

  /** Opens the file before a recording of an earlier run is renamed: another program may own it. */
  private static FileChannel emptyFile(Path file) throws IOException {
    boolean keepsEarlier = EarlierRecordings.isWorthKeeping(file);
    FileChannel channel = OwnedFile.open(file);
    if (keepsEarlier) {
      try (channel) {
        EarlierRecordings.rename(file);
      }
      return OwnedFile.open(file);
    }
    // A pipe or a device has no length and cannot be emptied.
    if (channel.size() > 0) {
      channel.truncate(0);
    }
    return channel;
  }

  /** As above, with an open and empty file. */
  static Recording open(
      RecordRequest request, PortSettings port, NodeLog log, SeekableByteChannel channel)
      throws IOException {
    LinkType linkType = port.kind() == PortSettings.Kind.TUN ? LinkType.RAW_IP : LinkType.ETHERNET;
    List<AnnotatedCapture.Interface> interfaces =
        List.of(
            new AnnotatedCapture.Interface(port.inside(), "inside", linkType),
            new AnnotatedCapture.Interface(port.outside(), "outside", linkType));
    String name = request.file().toString();
    RecordingFile file =
        new RecordingFile(channel, name, request.maxBytes(), interfaces, System.nanoTime());
    Recording recording = new Recording(request, file, log);
    recording.writer.start();
    return recording;
  }

  /**
   * Wraps {@code box}, which leads to {@code engines}, so that its chosen packets are recorded.
   *
   * @param timeOfDay converts the box's time to the time since the epoch
   */
  public Box around(Box box, EngineBox engines, LongUnaryOperator timeOfDay) {
    RecordChoice choice = new RecordChoice(engines, request.rules());
    return new RecordingBox(box, engines.counters(), choice, this, timeOfDay);
  }

  /** The status now; for any thread. */
  public Status status() {
    return new Status(open, file.packets(), file.bytes(), lost.get());
  }

  boolean isOpen() {
    return open;
  }

  /** Queues packets that belong together, in their order. They are lost if the queue is full. */
  void offer(List<RecordedPacket> packets) {
    long bytes = queuedBytes(packets);
    if (queuedBytes.addAndGet(bytes) > MAX_QUEUED_BYTES) {
      queuedBytes.addAndGet(-bytes);
      lost.addAndGet(packets.size());
    } else {
      accepted.addAndGet(packets.size());
      queue.add(packets);
    }
  }

  /** Writes queued packets for a limited time and ends the file. */
  @Override
  public void close() {
    open = false;
    drainEndNanos = System.nanoTime() + DRAIN_TIME.toNanos();
    closing = true;
    queue.add(List.of());
    try {
      writer.join(CLOSE_TIMEOUT);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (!endedEarly) {
      logLost();
    }
  }

  private void logLost() {
    long all = lost.addAndGet(accepted.get() - file.packets());
    if (all > 0) {
      log.warn("recording is not complete, file=" + request.file() + " lost=" + all);
    }
  }

  @SuppressWarnings("IllegalCatch") // whatever ends the writer must be reported
  private void write() {
    try (file) {
      file.flush();
      while (writeNext()) {
        file.flushIfDue(System.nanoTime());
      }
    } catch (Throwable e) {
      endEarly();
      long all = lost.addAndGet(accepted.get() - file.packets());
      log.error(
          "recording has ended, file="
              + request.file()
              + " lost="
              + all
              + " error="
              + FileErrors.reason(e));
    }
    queue.clear();
  }

  /**
   * Waits for packets, at most until the next flush is due, and writes them. Returns false at the
   * end.
   */
  private boolean writeNext() throws IOException, InterruptedException {
    List<RecordedPacket> packets =
        queue.poll(file.waitNanos(System.nanoTime()), TimeUnit.NANOSECONDS);
    if (packets == null || packets.isEmpty()) {
      return packets == null;
    }
    queuedBytes.addAndGet(-queuedBytes(packets));
    return file.hasRoomFor(packets) ? write(packets) : endFull();
  }

  private boolean write(List<RecordedPacket> packets) throws IOException {
    for (RecordedPacket packet : packets) {
      if (closing && System.nanoTime() - drainEndNanos >= 0) {
        return false;
      }
      file.write(packet);
    }
    return true;
  }

  private boolean endFull() throws IOException {
    file.flush();
    endEarly();
    String counts = " bytes=" + file.bytes() + " lost=" + lost.get();
    log.warn("recording is full, file=" + request.file() + counts);
    return false;
  }

  private void endEarly() {
    endedEarly = true;
    open = false;
  }

  private static long queuedBytes(List<RecordedPacket> packets) {
    long bytes = 0;
    for (RecordedPacket packet : packets) {
      bytes += packet.queuedBytes();
    }
    return bytes;
  }
}
