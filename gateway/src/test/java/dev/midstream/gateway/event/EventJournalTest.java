package dev.midstream.gateway.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.midstream.agent.Direction;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.record.FakeDisk;
import dev.midstream.reassembly.event.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventJournalTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String ENDS = "10.0.0.1:40000 > 10.0.0.2:80";

  @TempDir private Path directory;
  private final List<String> log = new CopyOnWriteArrayList<>();

  @Test
  @DisplayName("OWN-3 an edit is a line with its offset and lengths, without payload")
  void writesEdits() throws Exception {
    Path file = directory.resolve("events.jsonl");
    try (EventJournal journal =
        EventJournal.open(file, 100, (level, line) -> log.add(level + " " + line))) {
      TimedEvents events = journal.newEvents();
      events.setTime(1_500_000_000L);
      events.edit(ENDS, Direction.SERVER_TO_CLIENT, 70_000, 11, 8, true);
      await(() -> journal.counts().written() == 1);
    }

    JsonNode line = lines(file).getFirst();
    assertThat(line.properties().stream().map(field -> field.getKey()))
        .containsExactly(
            "time",
            "reason",
            "connection",
            "direction",
            "offset",
            "removed",
            "inserted",
            "carried-out");
    assertThat(line.toString())
        .isEqualTo(
            "{\"time\":\"1970-01-01T00:00:01.500Z\",\"reason\":\"edit\",\"connection\":\""
                + ENDS
                + "\",\"direction\":\"server-to-client\",\"offset\":70000,\"removed\":11,"
                + "\"inserted\":8,\"carried-out\":true}");
  }

  @Test
  @DisplayName("OWN-3 events above the rate limit are reported as a count")
  void reportsSuppressedEvents() throws Exception {
    Path file = directory.resolve("events.jsonl");
    EventJournal journal = EventJournal.open(file, 2, (level, line) -> log.add(level + " " + line));
    TimedEvents events = journal.newEvents();
    for (int i = 0; i < 5; i++) {
      events.event(Reason.GAP, ENDS, "gap at offset=" + i);
    }
    events.event(Reason.RULE_DROP, ENDS, "dropped");
    journal.close();
    await(() -> journal.counts().written() == 4);

    assertThat(lines(file))
        .extracting(line -> line.path("reason").asText() + line.path("suppressed").asText())
        .containsExactly("gap", "gap", "rule-drop", "gap3");
    assertThat(journal.counts()).isEqualTo(new EventJournal.Counts(4, 3, 0));
  }

  @Test
  @DisplayName(
      "OWN-3 a reason of an agent is an event with its name, and has a rate limit of its own")
  void writesReasonsOfAgents() throws Exception {
    Path file = directory.resolve("events.jsonl");
    EventJournal journal = EventJournal.open(file, 1, (level, line) -> log.add(level + " " + line));
    TimedEvents events = journal.newEvents();
    for (int i = 0; i < 3; i++) {
      events.agentEvent("ftp.denied-command", ENDS, "DELE");
      events.agentEvent("ftp.long-line", ENDS, "too long");
    }
    journal.close();
    await(() -> journal.counts().written() == 4);

    assertThat(lines(file))
        .extracting(line -> line.path("reason").asText() + line.path("suppressed").asText())
        .containsExactly(
            "ftp.denied-command", "ftp.long-line", "ftp.denied-command2", "ftp.long-line2");
  }

  @Test
  @DisplayName("OWN-3 events for developers are written if that is wanted")
  void writesDebugEvents() throws Exception {
    Path file = directory.resolve("events.jsonl");
    EventJournal journal = EventJournal.open(file, 9, (level, line) -> log.add(level + " " + line));
    assertThat(journal.newEvents().isDebugging()).isFalse();
    TimedEvents events = journal.newEvents().debugging();
    assertThat(events.isDebugging()).isTrue();
    events.debug("fast-path-entry", ENDS, "given to the kernel");
    journal.close();
    await(() -> journal.counts().written() == 1);

    assertThat(lines(file))
        .extracting(line -> line.path("reason").asText() + ": " + line.path("text").asText())
        .containsExactly("fast-path-entry: given to the kernel");
  }

  @Test
  @DisplayName("OWN-3 several workers share one file, and every line is whole")
  void keepsLinesOfSeveralWorkersWhole() throws Exception {
    Path file = directory.resolve("events.jsonl");
    EventJournal journal =
        EventJournal.open(file, 1_000_000, (level, line) -> log.add(level + " " + line));
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      TimedEvents events = journal.newEvents();
      String worker = "worker-" + i;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int j = 0; j < 1_000; j++) {
                  events.event(Reason.GAP, worker, "gap at offset=" + j);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    await(() -> journal.counts().written() == 4_000);
    journal.close();

    List<JsonNode> lines = lines(file);
    assertThat(lines).hasSize(4_000);
    for (int i = 0; i < 4; i++) {
      String worker = "worker-" + i;
      assertThat(lines)
          .filteredOn(line -> line.path("connection").asText().equals(worker))
          .extracting(line -> line.path("text").asText())
          .containsExactlyElementsOf(
              IntStream.range(0, 1_000).mapToObj(j -> "gap at offset=" + j).toList());
    }
    assertThat(journal.counts()).isEqualTo(new EventJournal.Counts(4_000, 0, 0));
  }

  @Test
  @DisplayName(
      "OWN-3 suppressed events are reported by the journal's clock, also when the system's is set")
  void countsSecondsByItsOwnClock() throws Exception {
    Path file = directory.resolve("events.jsonl");
    AtomicLong clock = new AtomicLong(Instant.now().plusSeconds(3_600).getEpochSecond() * SECOND);
    EventJournal journal =
        EventJournal.start(
            new EventOutput(file, (level, line) -> log.add(level + " " + line)),
            1,
            clock::get,
            (level, line) -> log.add(level + " " + line));
    TimedEvents events = journal.newEvents();
    events.setTime(journal.clockNanos());
    events.event(Reason.GAP, ENDS, "gap");
    events.event(Reason.GAP, ENDS, "gap");
    clock.addAndGet(SECOND);
    await(() -> journal.counts().written() == 2);

    JsonNode last = lines(file).getLast();
    assertThat(last.path("suppressed").asInt()).isOne();
    assertThat(Instant.parse(last.path("time").asText()))
        .isEqualTo(Instant.ofEpochSecond(clock.get() / SECOND));
    journal.close();
  }

  @Test
  @DisplayName("OWN-3 a stalled disk delays the end only a little, and a line reports it")
  void endsInTimeWithAStalledDisk() throws Exception {
    Path file = directory.resolve("events.jsonl");
    FakeDisk disk = new FakeDisk(file).stall(0);
    EventJournal journal =
        EventJournal.start(
            new EventOutput(file, _ -> disk, (level, line) -> log.add(level + " " + line)),
            100,
            () -> 0,
            (level, line) -> log.add(level + " " + line));
    journal.newEvents().event(Reason.GAP, ENDS, "gap");
    await(disk::isWaiting);
    long startNanos = System.nanoTime();

    journal.close();

    assertThat(System.nanoTime() - startNanos).isLessThan(2 * SECOND);
    assertThat(log)
        .containsExactly("WARN events are incomplete, the file cannot be written in time");
    disk.resume();
  }

  @Test
  @DisplayName(
      "OWN-3 with a full disk workers go on, one line reports it, and lost events are counted")
  void countsLinesLostToAFullDisk() throws Exception {
    Path full = Path.of("/dev/full");
    assumeThat(full).as("this system has no /dev/full").exists();
    EventJournal journal =
        EventJournal.open(full, 100, (level, line) -> log.add(level + " " + line));
    TimedEvents events = journal.newEvents();
    for (int i = 1; i <= 2; i++) {
      events.event(Reason.GAP, ENDS, "gap");
      int lost = i;
      await(() -> journal.counts().lost() == lost);
    }
    journal.close();

    assertThat(log)
        .singleElement()
        .asString()
        .isEqualTo("WARN events cannot be written, file=/dev/full error=No space left on device");
    assertThat(journal.counts()).isEqualTo(new EventJournal.Counts(0, 0, 2));
  }

  @Test
  @DisplayName("OWN-3 a file that cannot be opened is refused with its name and the reason")
  void refusesAFileThatCannotBeOpened() throws Exception {
    Path below = Files.createFile(directory.resolve("file")).resolve("events.jsonl");

    assertThatThrownBy(() -> EventJournal.open(below, 100, (level, line) -> log.add(line)).close())
        .isInstanceOf(InputException.class)
        .hasMessage(below + ": events cannot be written, error=Not a directory");
  }

  @Test
  @DisplayName("OWN-3 a file that is moved away is created again")
  void createsAnotherFileAfterRotation() throws Exception {
    Path file = directory.resolve("events.jsonl");
    Path moved = directory.resolve("events.jsonl.1");
    EventJournal journal =
        EventJournal.open(file, 100, (level, line) -> log.add(level + " " + line));
    TimedEvents events = journal.newEvents();
    events.event(Reason.GAP, ENDS, "first");
    await(() -> journal.counts().written() == 1);
    Files.move(file, moved);
    await(() -> !log.isEmpty());
    events.event(Reason.GAP, ENDS, "second");
    await(() -> journal.counts().written() == 2);
    journal.close();

    assertThat(Files.readString(moved)).contains("first").doesNotContain("second");
    assertThat(Files.readString(file)).contains("second").doesNotContain("first");
  }

  @Test
  @DisplayName("OWN-3 without a file events are discarded")
  void discardsEventsWithoutAFile() throws InputException {
    EventJournal journal = EventJournal.open(null, 1, (level, line) -> log.add(level + " " + line));
    journal.newEvents().event(Reason.GAP, ENDS, "gap");
    journal.newEvents().event(Reason.GAP, ENDS, "gap");
    journal.close();

    assertThat(journal.counts()).isEqualTo(new EventJournal.Counts(0, 0, 0));
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(new JsonMapper().readTree(line));
    }
    return lines;
  }

  /** Waits for another thread. */
  private static void await(BooleanSupplier condition) {
    long startNanos = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - startNanos > 10_000_000_000L) {
        throw new AssertionError("not within 10 s");
      }
      Thread.onSpinWait();
    }
  }
}
