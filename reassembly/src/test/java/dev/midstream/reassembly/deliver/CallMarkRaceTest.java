package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.deliver.CallMark.End;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One call mark between the engine's thread and that of a watchdog. */
@Timeout(60)
class CallMarkRaceTest {
  private static final int CALLS = 30_000;

  private final Engine engine = TestEngine.inline(SimpleAgents.passing()).engine();
  private final CallMark mark = engine.callMark();

  private final Set<Long> slow = new HashSet<>();
  private final Set<Long> givenUp = new HashSet<>();
  private final Map<Long, Connection> seen = new HashMap<>();
  private volatile long lastSlow;
  private volatile long lastGivenUp;
  private volatile boolean stopped;

  @Test
  @DisplayName("C-74 the end of a call learns just what the watchdog has noted of this call")
  void agreesOnEachCall() throws InterruptedException {
    List<Connection> connections = connections();
    Map<Long, End> ends = new HashMap<>();
    Map<Long, Connection> called = new HashMap<>();
    Thread watchdog = Thread.ofPlatform().daemon().start(this::watch);
    for (int i = 0; i < CALLS; i++) {
      Connection connection = connections.get(i % 2);
      mark.begin(connection);
      long call = mark.current();
      called.put(call, connection);
      last(i % 3, call);
      End end = mark.end();
      ends.put(call, end);
      if (end != End.IN_TIME) {
        assertThat(mark.where()).isEqualTo("in call " + call);
      }
    }
    stopped = true;
    watchdog.join();

    assertThat(ends).hasSize(CALLS);
    assertThat(ends)
        .allSatisfy((call, end) -> {
          assertThat(slow.contains(call)).isEqualTo(end != End.IN_TIME);
          assertThat(givenUp.contains(call)).isEqualTo(end == End.GIVEN_UP);
        });
    assertThat(seen).hasSizeGreaterThanOrEqualTo(CALLS / 3);
    assertThat(called).containsAllEntriesOf(seen);
  }

  /** Lets a call end at once, when it is noted as slow, or when it is given up. */
  private void last(int kind, long call) {
    while ((kind == 1 && lastSlow != call) || (kind == 2 && lastGivenUp != call)) {
      Thread.onSpinWait();
    }
  }

  private void watch() {
    while (!stopped) {
      long call = mark.current();
      Connection connection = mark.connectionOf(call);
      if (call != CallMark.NONE && connection != null) {
        seen.put(call, connection);
        note(call);
      }
    }
  }

  private void note(long call) {
    if (!mark.markSlow(call, "in call " + call)) {
      return;
    }
    slow.add(call);
    lastSlow = call;
    if (mark.giveUp(call)) {
      givenUp.add(call);
      lastGivenUp = call;
    }
  }

  private List<Connection> connections() {
    // By no Scripts: these connections need not move.
    new Script(engine).between(Ends.IPV4).run(TestEngine.OPEN);
    new Script(engine).between(Ends.IPV6).run(TestEngine.OPEN);
    List<Connection> connections = Connections.of(engine);
    assertThat(connections).hasSize(2);
    return connections;
  }
}
