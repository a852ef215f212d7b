package dev.midstream.gateway.run;

import static dev.midstream.gateway.run.WordScripts.GOOD;
import static dev.midstream.gateway.run.WordScripts.OPEN;
import static dev.midstream.gateway.run.WordScripts.RESETS;
import static dev.midstream.gateway.run.WordScripts.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.StateCodec;
import dev.midstream.gateway.PlainEngine;
import dev.midstream.gateway.command.FailureException;
import dev.midstream.gateway.config.AgentTimes;
import dev.midstream.gateway.event.EventJournal;
import dev.midstream.gateway.event.TimedEvents;
import dev.midstream.gateway.watch.Watchdog;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.port.Idle;
import dev.midstream.wire.port.LoopTerms;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of agents that do not return, and whose threads the worker leaves. */
@Timeout(60)
class LeftCallTest {
  private static final String MORE = "c> P. 5:9(4) ack 1 \"more\"\n>s P. 5:9(4) ack 1 \"GOOD\"\n";

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final LastingAgent agent = new LastingAgent();
  private final Queue<String> log = new ConcurrentLinkedQueue<>();
  private final ScriptedPort port = new ScriptedPort();
  private final Script script = new Script(port.box());
  private final Engine engine = PlainEngine.with("lasting", agent, EventSink.NONE);
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private @Nullable Workers workers;

  @AfterEach
  void end() throws Exception {
    agent.released = true;
    if (workers != null) {
      workers.stop();
    }
    Throwable failure = ended.handle((_, e) -> e).get(20, TimeUnit.SECONDS);
    assertThat(failure == null || failure instanceof FailureException).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"spin", "wait"})
  @DisplayName("C-74 a call that does not return costs its connection, and the worker goes on")
  void leavesACall(String how) throws Exception {
    start(1);
    playAround(how);

    assertThat(engine.counters().of(Reason.AGENT_SLOW)).isOne();
    assertThat(engine.counters().of(Reason.AGENT_FAILED)).isOne();
    assertThat(engine.counters().of(Reason.ENGINE_FAILED)).isZero();
    assertThat(log)
        .hasSize(3)
        .last()
        .asString()
        .startsWith("an agent does not return, its thread is left behind, worker=0 agent=lasting");
  }

  @Test
  @DisplayName("C-74 a thread that returns from a call that was left changes nothing")
  void ignoresAThreadThatReturnsLate() throws Exception {
    start(1);
    playAround("wait");
    agent.released = true;
    assertThat(agent.returns.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
    LockSupport.parkNanos(PAUSE_NANOS); // for what the thread would do next
    script.between(Ends.IPV6).run("c> P. 9:13(4) ack 1 \"more\"\n>s P. 9:13(4) ack 1 \"GOOD\"\n");

    assertThat(engine.counters().edits()).isEqualTo(3);
    assertThat(engine.counters().of(Reason.AGENT_FAILED)).isOne();
  }

  @Test
  @DisplayName("C-74 octets that a thread may still read stay in memory")
  void keepsTheMemoryOfALeftCall() throws Exception {
    start(1);
    script.run(OPEN + says("hold"));
    script.run("c> P. 5:9(4) ack 1 \"read\"\n" + RESETS);
    agent.seen = "";
    LockSupport.parkNanos(PAUSE_NANOS); // the thread that was left reads again

    assertThat(agent.seen).isEqualTo("holdread");
  }

  @Test
  @DisplayName("C-74 with too many threads left the program ends and names the agent")
  void endsWithTooManyLeftThreads() throws Exception {
    start(0);
    Thread playing = Thread.ofPlatform().daemon().start(() -> script.run(OPEN + says("spin")));

    assertThatThrownBy(() -> ended.get(20, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(FailureException.class)
        .hasMessageStartingWith(
            "an agent does not return, worker=0 agent=lasting rule=test connection=");
    playing.interrupt();
  }

  /** Says {@code last} on one connection, and edits another one before and after it. */
  private void playAround(String last) {
    script.between(Ends.IPV6).run(OPEN + GOOD);
    script.between(Ends.IPV4).run(OPEN + says(last) + RESETS);
    script.between(Ends.IPV6).run(MORE);
  }

  /** Starts a worker that may leave so many threads. */
  private void start(int maxLeft) throws Exception {
    Watchdog watchdog =
        Watchdog.start(
            new AgentTimes(100_000_000, 200_000_000), maxLeft, (_, line) -> log.add(line));
    TimedEvents events = EventJournal.open(null, 1, (_, _) -> {}).newEvents();
    FailureGuard guard = new FailureGuard(engine, () -> false);
    InlineBox box = new InlineBox(engine, guard, events, dated -> dated, () -> 0);
    Workers started =
        new Workers(
            List.of(
                new Worker(
                    0,
                    () -> port,
                    engine,
                    guard,
                    box,
                    (joined, _, _) -> joined,
                    new LoopTerms(Idle.BLOCK),
                    worker -> watchdog.watch(engine.callMark(), 0, worker))));
    workers = started;
    started.open();
    Thread ignored =
        Thread.ofPlatform()
            .start(() -> {
              try {
                started.run();
                ended.complete(null);
              } catch (Exception e) {
                ended.completeExceptionally(e);
              } finally {
                watchdog.close();
              }
            });
  }

  /** Decides octets as "GOOD", or does not return until it is released. */
  private static final class LastingAgent implements Agent<Integer> {
    private final Semaphore returns = new Semaphore(0);
    private volatile boolean released;
    private volatile String seen = "";

    @Override
    public Integer newConnection() {
      return 0;
    }

    @Override
    public Integer onOctets(Integer state, Direction direction, OctetView view, Decisions out) {
      switch (view.length() == 0 ? 0 : view.at(0)) {
        case 's' -> spin(view);
        case 'w' -> await();
        case 'h' -> {
          if (view.length() < 8) {
            out.need(8);
            return state;
          }
          spin(view);
        }
        default -> {}
      }
      out.replace(view.length(), Octets.ofText("GOOD"));
      return state;
    }

    private void spin(OctetView view) {
      while (!released) {
        seen = text(view);
      }
      returns.release();
    }

    private static String text(OctetView view) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < view.length(); i++) {
        text.append((char) view.at(i));
      }
      return text.toString();
    }

    private void await() {
      while (!released) {
        LockSupport.parkNanos(PAUSE_NANOS); // returns at once after an interrupt
        boolean ignored = Thread.interrupted();
      }
      returns.release();
    }

    @Override
    public StateCodec<Integer> codec() {
      return StateCodec.stateless(0);
    }
  }
}
