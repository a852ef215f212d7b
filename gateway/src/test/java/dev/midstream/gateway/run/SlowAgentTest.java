package dev.midstream.gateway.run;

import static dev.midstream.gateway.run.WordScripts.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.StateCodec;
import dev.midstream.gateway.PlainEngine;
import dev.midstream.gateway.config.AgentTimes;
import dev.midstream.gateway.event.EventJournal;
import dev.midstream.gateway.event.TimedEvents;
import dev.midstream.gateway.watch.Watchdog;
import dev.midstream.gateway.watch.WatchedEngine;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Agents whose calls last, in the boxes of a worker that a watchdog watches. */
@Timeout(30)
class SlowAgentTest {
  /** A call is slow after 0.1 s and given up after 0.3 s. */
  private static final AgentTimes SHORT = new AgentTimes(100_000_000, 300_000_000);

  /** The calls of this test return. */
  private static final WatchedEngine NEVER_LEFT =
      new WatchedEngine() {
        @Override
        public void continueWithout() {
          throw new AssertionError("no call may be left");
        }

        @Override
        public void fail(String why) {
          throw new AssertionError(why);
        }
      };

  private final Queue<String> log = new ConcurrentLinkedQueue<>();
  @TempDir private Path directory;

  @Test
  @DisplayName("C-74 a slow call is named with its agent while it lasts, and its decisions apply")
  void namesASlowAgent() throws Exception {
    Engine engine =
        run(
            new AgentTimes(100_000_000, 20_000_000_000L),
            says("slow") + ">s P. 1:5(4) ack 1 \"GOOD\"\n");

    assertThat(engine.counters().of(Reason.AGENT_SLOW)).isOne();
    assertThat(engine.counters().of(Reason.AGENT_FAILED)).isZero();
    assertThat(log)
        .singleElement()
        .asString()
        .startsWith("an agent is slow, worker=3 agent=lasting rule=test connection=")
        .contains(LastingAgent.class.getName() + ":");
    assertThat(events())
        .contains("\"reason\":\"agent-slow\"")
        .contains("agent was slow agent=lasting at=");
  }

  @Test
  @DisplayName("C-74 a call that blocks is interrupted and fails, and the worker goes on")
  void interruptsACallThatBlocks() throws Exception {
    Engine engine = run(SHORT, says("wait") + ">s same\n");

    assertGivenUp(engine);
  }

  @Test
  @DisplayName("C-74 nothing that a call decides after it was given up applies")
  void appliesNothingThatComesLate() throws Exception {
    Engine engine = run(SHORT, says("late") + ">s same\n");

    assertGivenUp(engine);
  }

  @Test
  @DisplayName("C-74 an agent that interrupts its thread does not interrupt the engine's own work")
  void forgetsAnInterruptOfTheAgent() throws Exception {
    Engine engine = run(SHORT, says("int!") + ">s P. 1:5(4) ack 1 \"GOOD\"\n");

    assertThat(Thread.interrupted()).isFalse();
    assertThat(engine.counters().edits()).isEqualTo(2);
    assertThat(engine.counters().of(Reason.AGENT_FAILED)).isZero();
  }

  private void assertGivenUp(Engine engine) throws Exception {
    assertThat(Thread.interrupted()).as("the engine's own work is not interrupted").isFalse();
    assertThat(engine.counters().of(Reason.AGENT_SLOW)).isOne();
    assertThat(engine.counters().of(Reason.AGENT_FAILED)).isOne();
    assertThat(log)
        .hasSize(2)
        .last()
        .asString()
        .startsWith("a call of an agent is given up, worker=3 agent=lasting rule=test connection=");
    assertThat(events()).contains("agent failed agent=lasting why=no decision in time");
  }

  /** Plays {@code slow} on one connection, then edits another one. */
  private Engine run(AgentTimes times, String slow) throws Exception {
    try (EventJournal journal = EventJournal.open(file(), 100, (_, _) -> {});
        Watchdog watchdog = Watchdog.start(times, 0, (_, line) -> log.add(line))) {
      TimedEvents events = journal.newEvents();
      Engine engine = PlainEngine.with("lasting", new LastingAgent(), events);
      watchdog.watch(engine.callMark(), 3, NEVER_LEFT);
      WordScripts.playBetween(engine, events, slow);
      return engine;
    }
  }

  private Path file() {
    return directory.resolve("events.jsonl");
  }

  private String events() throws Exception {
    return Files.readString(file());
  }

  /**
   * Decides octets as "GOOD": at once, slowly, never, after it was interrupted, or after it has
   * interrupted its thread.
   */
  private static final class LastingAgent implements Agent<Integer> {
    private final CountDownLatch never = new CountDownLatch(1);

    @Override
    public Integer newConnection() {
      return 0;
    }

    @Override
    public Integer onOctets(Integer state, Direction direction, OctetView view, Decisions out) {
      switch (view.length() == 0 ? 0 : view.at(0)) {
        case 's' -> await(400);
        case 'w' -> await(60_000);
        case 'i' -> Thread.currentThread().interrupt();
        case 'l' -> assertThat(isInterrupted()).isTrue();
        default -> {}
      }
      out.replace(view.length(), Octets.ofText("GOOD"));
      return state;
    }

    private void await(long millis) {
      try {
        boolean ignored = never.await(millis, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    private boolean isInterrupted() {
      try {
        return never.await(60, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        return true;
      }
    }

    @Override
    public StateCodec<Integer> codec() {
      return StateCodec.stateless(0);
    }
  }
}
