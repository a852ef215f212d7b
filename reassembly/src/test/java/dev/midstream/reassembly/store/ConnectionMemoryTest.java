package dev.midstream.reassembly.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.Talk;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The memory of edited connections: charged while it is needed, and given back in silence. */
class ConnectionMemoryTest {
  private static final int CONNECTIONS = 4;
  private static final int SEGMENTS = 32;
  private static final int SEGMENT_BYTES = 1_000;
  private static final long HOUR_NANOS = 3_600_000_000_000L;

  /** What one direction may take beyond what is charged: small arrays and the smallest buffers. */
  private static final long BASE_BYTES = 1_024 + 3 * 2_048;

  /** A command, and a place of what it replaced. */
  private static final long EDIT_BYTES = 28 + 16;

  /** The same of edits next to each other, whose replaced octets have one place. */
  private static final long NEXT_EDIT_BYTES = 28;

  private final TestEngine setup =
      TestEngine.inline(editing()).limits(EngineLimits.DEFAULTS.withCommands(1 << 20));
  private final Engine engine = setup.engine();
  private final Script script = Scripts.of(engine);

  /** Replaces each octet by a command of its own. */
  private static LambdaAgent editing() {
    Octets other = Octets.ofText("b");
    return LambdaAgent.by((direction, view, out) -> {
      for (int i = 0; i < view.length(); i++) {
        out.replace(1, other);
      }
    });
  }

  /** Replaces one of {@code distance} octets by two. */
  private static LambdaAgent editingEvery(int distance) {
    Octets two = Octets.ofText("bb");
    return LambdaAgent.by((direction, view, out) -> {
      for (int i = 0; i < view.length(); i++) {
        if ((view.start() + i) % distance == 0) {
          out.replace(1, two);
        } else {
          out.pass(1);
        }
      }
    });
  }

  /** Fills a window of each connection with edits. */
  private void fillWindows() {
    for (int i = 0; i < CONNECTIONS; i++) {
      script.between(ends(i)).run(TestEngine.OPEN);
      for (int segment = 0; segment < SEGMENTS; segment++) {
        int at = 1 + segment * SEGMENT_BYTES;
        String range = at + ":" + (at + SEGMENT_BYTES) + "(" + SEGMENT_BYTES + ")";
        script.run("c> . " + range + " ack 1\n>s . " + range + " ack 1");
      }
    }
  }

  private void acknowledgeAll() {
    int end = 1 + SEGMENTS * SEGMENT_BYTES;
    for (int i = 0; i < CONNECTIONS; i++) {
      script.between(ends(i)).run("s> . 1:1(0) ack " + end + "\n>c . 1:1(0) ack " + end);
    }
  }

  private static Ends ends(int number) {
    return Ends.IPV4.withPorts(1_000 + number, 80);
  }

  private long heapBytes() {
    return heapBytes(engine);
  }

  private static long heapBytes(Engine engine) {
    long[] sum = {0};
    engine.forEachConnection(connection -> {
      for (Direction direction : Direction.BOTH) {
        Stream stream = connection.streamOrNull(direction);
        sum[0] += stream == null ? 0 : stream.memory().heapBytes();
      }
    });
    return sum[0];
  }

  @Test
  @DisplayName("law 6 commands and what they replaced are charged, on the heap and off it")
  void chargesWhatUnacknowledgedEditsTake() {
    fillWindows();

    long edits = (long) CONNECTIONS * SEGMENTS * SEGMENT_BYTES;
    assertThat(heapBytes()).isGreaterThan(NEXT_EDIT_BYTES * edits);
    assertThat(engine.budget().usedBytes())
        .isGreaterThan(heapBytes() + setup.directBytes() - 2 * CONNECTIONS * BASE_BYTES);
  }

  @Test
  @DisplayName("law 6 H-10 an idle connection takes no memory for edits that were acknowledged")
  void givesMemoryBackInSilence() {
    fillWindows();
    acknowledgeAll();
    script.run("at 2s\nnothing");
    assertThat(heapBytes()).isLessThan(2 * CONNECTIONS * BASE_BYTES);

    script.run("at 10s\nnothing");

    assertThat(heapBytes()).isZero();
    assertThat(setup.directBytes()).isZero();
    assertThat(engine.budget().usedBytes()).isZero();
    assertThat(engine.nextDeadlineNanos()).isGreaterThan(3_600_000_000_000L);
  }

  @Test
  @DisplayName("law 6 a connection that is over keeps no arrays, and none does after the end")
  void keepsNothingOfConnectionsThatAreOver() {
    script.run(TestEngine.OPEN);
    Connection known = Connections.only(engine);
    assertThat(known.hasStreams()).isTrue();
    script.run("at 7441s\nnothing");
    assertThat(engine.connections()).isZero();
    assertThat(known.hasStreams()).isFalse();

    fillWindows();
    engine.leave(0, out -> {});
    assertThat(heapBytes()).isZero();
  }

  @Test
  @DisplayName("law 6 a connection that speaks again gives its memory back again")
  void givesMemoryBackAfterEachSilence() {
    TestEngine passing = TestEngine.inline("x", "yy");
    Script talk = Scripts.of(passing.engine()).run(Opening.PLAIN);
    for (int i = 0; i < 3; i++) {
      int at = 1 + 4 * i;
      talk.run(
          """
          at %1$ds
          c> . %2$d:%3$d(4) ack 1 "aaaa"
          >s . %2$d:%3$d(4) ack 1 "aaaa"
          s> . 1:1(0) ack %3$d
          >c . 1:1(0) ack %3$d
          """
              .formatted(100 * i, at, at + 4));
      assertThat(passing.directBytes()).isPositive();
      talk.run("at %ds\nnothing".formatted(100 * i + 10));
      assertThat(passing.directBytes()).isZero();
    }
  }

  @Test
  @DisplayName("law 6 H-10 an edit every 11 octets takes no memory in the hours after its ACK")
  void givesMemoryOfSparseEditsBack() {
    TestEngine sparse = TestEngine.inline(editingEvery(11));
    Engine edited = sparse.engine();
    Talk talk = new Talk(edited, Ends.IPV4, 0);
    for (int hour = 0; hour < 4; hour++) {
      talk.at(hour * HOUR_NANOS);
      for (int segment = 0; segment < 2 * SEGMENTS; segment++) {
        talk.client((2L * SEGMENTS * hour + segment) * SEGMENT_BYTES, SEGMENT_BYTES);
        talk.server(talk.newReleased() - (segment + 1 < 2 * SEGMENTS ? 2_000 : 0));
      }
      assertThat(heapBytes(edited)).isGreaterThan(EDIT_BYTES * 2_000 / 11);

      talk.runTimers(hour * HOUR_NANOS + 10_000_000_000L);

      assertThat(heapBytes(edited)).isZero();
      assertThat(sparse.directBytes()).isZero();
      assertThat(edited.budget().usedBytes()).isZero();
    }
  }

  @Test
  @DisplayName("law 6 marks of deleted octets with PSH are given back in silence")
  void forgetsMarksOfDeletedOctets() {
    Engine deleting = TestEngine.inline("x", "").engine();
    Script deletions = Scripts.of(deleting).run(TestEngine.OPEN);
    for (int at = 1; at <= 20; at++) {
      String range = at + ":" + (at + 1) + "(1)";
      deletions.run("c> P. " + range + " ack 1 \"x\"\n>c . 1:1(0) ack " + (at + 1));
    }
    deletions.run("at 60s");
    deleting.forEachConnection(connection ->
        assertThat(
                connection.stream(Direction.CLIENT_TO_SERVER).sender().pushMarks().takeUpTo(21, 1))
            .isFalse());
  }
}
