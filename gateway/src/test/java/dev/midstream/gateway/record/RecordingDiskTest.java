package dev.midstream.gateway.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.command.RecordRequest;
import dev.midstream.gateway.config.PortSettings;
import dev.midstream.gateway.config.PortSettings.LinkLocal;
import dev.midstream.wire.afpacket.ReceiveMode;
import dev.midstream.wire.capture.CaptureReader;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Recordings on a slow, full or broken disk. */
@Timeout(60)
class RecordingDiskTest {
  private static final long SECOND = 1_000_000_000L;
  private static final PortSettings PORT =
      new PortSettings(PortSettings.Kind.AFPACKET, "a", "b", 0, ReceiveMode.RING, LinkLocal.PASS);

  @TempDir private Path directory;
  private final List<String> log = new CopyOnWriteArrayList<>();
  private Path file = Path.of("");

  @BeforeEach
  void name() {
    file = directory.resolve("both.pcapng");
  }

  private Recording record(FakeDisk disk) throws IOException {
    RecordRequest request = new RecordRequest(file, 1L << 30, Set.of("any"));
    return Recording.open(request, PORT, (level, line) -> log.add(level + " " + line), disk);
  }

  /** Queues {@code count} equal packets. */
  private static void offer(Recording recording, int count, int length) {
    List<RecordedPacket> packet =
        List.of(new RecordedPacket(Leg.INSIDE, false, 0, new byte[length], "before: made"));
    for (int i = 0; i < count; i++) {
      recording.offer(packet);
    }
  }

  @Test
  @DisplayName(
      "OWN-3 packets that a stalled disk has not taken at the end are counted and reported")
  void countsPacketsLostToAStalledDisk() throws Exception {
    FakeDisk disk = new FakeDisk(file).stall(0);
    Recording recording = record(disk);
    offer(recording, 3, 60);
    await(disk::isWaiting);
    long startNanos = System.nanoTime();

    recording.close();

    assertThat(System.nanoTime() - startNanos).isLessThan(2 * SECOND);
    assertThat(log).containsExactly("WARN recording is not complete, file=" + file + " lost=3");
    assertThat(recording.status()).isEqualTo(new Recording.Status(false, 0, 0, 3));
    disk.resume();
  }

  @Test
  @DisplayName("OWN-3 a disk too slow at the end gets whole packets, as many as reported")
  void endsAfterAWholePacket() throws Exception {
    FakeDisk disk = new FakeDisk(file).stall(3);
    Recording recording = record(disk);
    offer(recording, 1_000, 1_001);
    await(disk::isWaiting);
    recording.close();
    disk.resume();
    await(() -> !disk.isOpen());

    Recording.Status status = recording.status();
    assertThat(status.packets()).isBetween(100L, 900L).isEqualTo(packetsRead());
    assertThat(status.packets() + status.lost()).isGreaterThanOrEqualTo(1_000);
    assertThat(status.bytes()).isEqualTo(Files.size(file));
    assertThat(log).singleElement().asString().startsWith("WARN recording is not complete, file=");
  }

  @Test
  @DisplayName("OWN-3 a full disk keeps no partial packet, and the last line names what is lost")
  void removesPartOfAPacket() throws Exception {
    Recording recording = record(new FakeDisk(file).limit(100_000));
    offer(recording, 200, 1_001);
    await(() -> !log.isEmpty());
    recording.close();

    Recording.Status status = recording.status();
    assertThat(status.open()).isFalse();
    assertThat(status.packets()).isBetween(50L, 100L).isEqualTo(packetsRead());
    assertThat(status.lost()).isEqualTo(200 - status.packets());
    assertThat(log)
        .singleElement()
        .asString()
        .startsWith(
            "ERROR recording has ended, file=" + file + " lost=" + status.lost() + " error=");
  }

  @Test
  @DisplayName(
      "OWN-3 a writer that fails in any way accepts no more packets, and one line reports it")
  void endsWhenTheWriterFails() throws Exception {
    FakeDisk disk = new FakeDisk(file).stall(0);
    Recording recording = record(disk);
    disk.fail(new IllegalStateException("broken"));
    disk.resume();
    await(() -> !recording.isOpen() && !log.isEmpty());
    recording.close();

    assertThat(log)
        .singleElement()
        .asString()
        .startsWith("ERROR recording has ended, file=")
        .endsWith("error=java.lang.IllegalStateException: broken");
  }

  @Test
  @DisplayName("OWN-3 queued small packets are charged with the memory they take")
  void chargesSmallPackets() throws Exception {
    FakeDisk disk = new FakeDisk(file).stall(0);
    Recording recording = record(disk);
    int handed = 300_000;
    offer(recording, handed, 66);

    long waiting = handed - recording.status().lost();
    assertThat(waiting).isBetween(150_000L, (64L << 20) / (66 + 250));
    disk.resume();
    recording.close();
  }

  @Test
  @DisplayName("OWN-3 packets reach the file soon, also under steady load")
  void flushesUnderSteadyLoad() throws Exception {
    try (Recording recording = record(new FakeDisk(file))) {
      await(() -> recording.status().bytes() > 0);
      long emptyBytes = Files.size(file);
      for (int i = 0; recording.status().packets() == 0; i++) {
        assertThat(i).as("hundredths of a second").isLessThan(1_000);
        offer(recording, 1, 1);
        pause(SECOND / 100);
      }
      assertThat(Files.size(file)).isGreaterThan(emptyBytes);
      assertThat(packetsRead()).isGreaterThanOrEqualTo(recording.status().packets());
    }
  }

  /** The number of packets in the file, which must hold nothing else. */
  private long packetsRead() throws IOException {
    try (CaptureReader reader = CaptureReader.open(file)) {
      Packet packet = new Packet();
      while (reader.next(packet)) {
        assertThat(packet.missingBytes()).isZero();
      }
      assertThat(reader.damage()).isNull();
      return reader.packetCount();
    }
  }

  private static void pause(long nanos) {
    long startNanos = System.nanoTime();
    while (System.nanoTime() - startNanos < nanos) {
      Thread.onSpinWait();
    }
  }

  /** Waits for another thread. */
  private static void await(BooleanSupplier condition) {
    long startNanos = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - startNanos > 10 * SECOND) {
        throw new AssertionError("not within 10 s");
      }
      Thread.onSpinWait();
    }
  }
}
