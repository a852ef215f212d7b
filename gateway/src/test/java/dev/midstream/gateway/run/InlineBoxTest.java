package dev.midstream.gateway.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.midstream.agent.Direction;
import dev.midstream.gateway.GreetingConfiguration;
import dev.midstream.gateway.PlainEngine;
import dev.midstream.gateway.command.RecordRequest;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.event.EventJournal;
import dev.midstream.gateway.event.TimedEvents;
import dev.midstream.gateway.record.Recording;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.capture.CaptureReader;
import dev.midstream.wire.packet.Packet;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InlineBoxTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long FIRST_SECONDS = 1_700_000_000L;
  private static final long FIRST = FIRST_SECONDS * SECOND;
  private static final String CONVERSATION =
      """
      at 7s
      c> S 0:0(0)
      >s same
      s> S. 0:0(0) ack 1
      >c same
      c> . 1:1(0) ack 1
      >s same
      c> P. 1:12(11) ack 1 "Hello world"
      >s P. 1:9(8) ack 1 "Hi there"
      s> . 1:1(0) ack 9
      >c . 1:1(0) ack 12
      c> . 12:15(3) ack 1 "Hel"
      at 7.001s
      end
      >s . 9:12(3) ack 1 "Hel"
      >s R. 9:9(0) ack 1
      >s R. 12:12(0) ack 1
      >c R. 1:1(0) ack 12
      """;

  private static final String FAILURE =
      """
      c> S 0:0(0)
      >s same
      s> S. 0:0(0) ack 1
      >c same
      c> P. 1:12(11) ack 1 "Hello world"
      >s P. 1:9(8) ack 1 "Hi there"
      c> P. 12:15(3) ack 1 "abc"
      >s P. 9:12(3) ack 1 "abc"
      c> P. 12:15(3) ack 1 "xyz"
      >s R. 1:1(0) ack 1
      >s R. 12:12(0) ack 1
      >c R. 1:1(0) ack 1
      c> S 100:100(0)
      >s same
      """;

  @TempDir private Path directory;
  private final AtomicLong clock = new AtomicLong(FIRST);

  @Test
  @DisplayName("OWN-3 events and recording share one clock, also for packets released at the end")
  void eventsAndRecordingShareOneClock() throws Exception {
    Configuration configuration = GreetingConfiguration.load(directory);
    Path events = directory.resolve("events.jsonl");
    Path capture = directory.resolve("both.pcapng");
    RecordRequest request = new RecordRequest(capture, 1 << 20, Set.of("greeting"));
    try (EventJournal journal = EventJournal.open(events, 100, (_, _) -> {});
        Recording recording = Recording.open(request, configuration.port(), (_, _) -> {})) {
      TimedEvents worker = journal.newEvents();
      Engine engine =
          new Engine(
              configuration.sharedEngine(1),
              new HashSeed(1, 2),
              UnpooledByteBufAllocator.DEFAULT,
              worker);
      InlineBox box =
          new InlineBox(
              engine,
              new FailureGuard(engine),
              worker,
              dated -> recording.around(dated, engine, dated::timeOfDay),
              clock::getAndIncrement);
      new Script(box, (nowNanos, out) -> box.ending().onTimer(nowNanos, out)).run(CONVERSATION);
    }

    List<Long> times = times(capture);
    assertThat(times.subList(0, 11)).containsOnly(FIRST);
    assertThat(times.subList(11, times.size())).hasSize(4).containsOnly(FIRST + SECOND / 1_000);
    String edit = Files.readAllLines(events).getFirst();
    assertThat(new JsonMapper().readTree(edit).path("time").asText())
        .isEqualTo(Instant.ofEpochSecond(FIRST_SECONDS).toString());
  }

  @Test
  @DisplayName("OWN-3 the time of day starts with the first packet or timer and advances evenly")
  void readsTheClockOnce() throws Exception {
    List<InlineBox.DatedBox> recorded = new ArrayList<>();
    try (EventJournal journal = EventJournal.open(null, 1, (_, _) -> {})) {
      Engine engine = PlainEngine.make();
      InlineBox box =
          new InlineBox(
              engine,
              new FailureGuard(engine),
              journal.newEvents(),
              dated -> {
                recorded.add(dated);
                return dated;
              },
              clock::get);
      clock.addAndGet(60 * SECOND);
      box.onTimer(5 * SECOND, _ -> {});
      clock.set(0);
      box.onTimer(6 * SECOND, _ -> {});
      box.ending().onTimer(7 * SECOND, _ -> {});
    }

    InlineBox.DatedBox dated = recorded.getFirst();
    assertThat(recorded).as("what records stays the same at the end").hasSize(1);
    assertThat(dated.timeOfDay(7 * SECOND)).isEqualTo(FIRST + 62 * SECOND);
  }

  @Test
  @DisplayName("OWN-3 the box goes on after a failure of one connection, and reports its cause")
  void survivesFailureOfOneConnection() throws Exception {
    Path events = directory.resolve("events.jsonl");
    Engine engine;
    try (EventJournal journal = EventJournal.open(events, 100, (_, _) -> {})) {
      TimedEvents worker = journal.newEvents();
      engine =
          new Engine(
              GreetingConfiguration.load(directory).sharedEngine(1),
              new HashSeed(1, 2),
              UnpooledByteBufAllocator.DEFAULT,
              new Failing(worker));
      FailureGuard guard = new FailureGuard(engine);
      new Script(new InlineBox(engine, guard, worker, dated -> dated, clock::get)).run(FAILURE);
    }

    assertThat(engine.counters().of(Reason.ENGINE_FAILED)).isOne();
    assertThat(Files.readString(events)).contains("engine-failed").contains("as a test wants");
  }

  private static List<Long> times(Path capture) throws Exception {
    List<Long> times = new ArrayList<>();
    Packet packet = new Packet();
    try (CaptureReader reader = CaptureReader.open(capture)) {
      while (reader.next(packet)) {
        times.add(packet.timeNanos());
      }
    }
    return times;
  }

  private static final class Failing implements EventSink {
    private final EventSink others;

    Failing(EventSink others) {
      this.others = others;
    }

    @Override
    public void event(Reason reason, String connection, String text) {
      if (reason == Reason.INCONSISTENT_RETRANSMISSION) {
        throw new IllegalStateException("as a test wants");
      }
      others.event(reason, connection, text);
    }

    @Override
    public void edit(
        String connection,
        Direction direction,
        long orgStart,
        int orgLength,
        int newLength,
        boolean carriedOut) {
      others.edit(connection, direction, orgStart, orgLength, newLength, carriedOut);
    }
  }
}
