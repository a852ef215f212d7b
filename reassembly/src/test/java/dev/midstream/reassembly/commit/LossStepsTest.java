package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.script.CompleteScan;
import dev.midstream.reassembly.script.LateCommitsBox;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What becomes of many connections when no other engine keeps their records any more. */
class LossStepsTest {
  private static final int MANY = 500;
  private static final int MOST_AT_ONCE = 32;
  private static final int FIRST_PORT = 10_000;
  private static final String HELLO = "c> P. 1:6(5) ack 1 \"Hello\"\n";
  private static final String HI = ">s P. 1:3(2) ack 1 \"Hi\"\n";
  private static final String ANSWER = "s> . 1:1(0) ack 3\n>c . 1:1(0) ack 6\n";
  private static final String AGAIN = "c> P. 6:11(5) ack 1 \"Hello\"\n";

  private TestEngine engines = TestEngine.inline(SimpleAgents.replacing("Hello", "Hi"));
  private LateCommitsBox box = new LateCommitsBox(engines, CommitMode.STRICT, 0);
  private Script script = new Script(box);
  private final List<Integer> left = new ArrayList<>();
  private final PacketOutput out = packet -> left.add(packet.length());
  private long nanos;

  private void begin(CommitMode mode, NoCopy noCopy) {
    box = new LateCommitsBox(engines, new MemoryLog(mode, noCopy), 0);
    script = new Script(box);
    for (int i = 0; i < MANY; i++) {
      String answer = mode.delaysOpening() ? "nothing\n" : ">c same\n";
      of(i).run("c> S 0:0(0)\n>s same\ns> S. 0:0(0) ack 1\n" + answer);
      commit();
      of(i).run("c> . 1:1(0) ack 1\n>s same\n");
    }
  }

  private Script of(int number) {
    return script.between(Ends.IPV4.withPorts(FIRST_PORT + number, 80));
  }

  private void change(LogState state) {
    box.log().setState(state);
    box.engine().onLogChanged(nanos, out);
  }

  private void commit() {
    box.log().commitTo(box.log().appended());
    box.engine().onCommitted(nanos, out);
  }

  private long unprotected() {
    return CompleteScan.of(box.engine().scanStatus(1), 0).unprotected();
  }

  private long withRecords() {
    List<Connection> found = new ArrayList<>();
    box.engine()
        .forEachConnection(each -> {
          if (each.record() != null) {
            found.add(each);
          }
        });
    return found.size();
  }

  /** Runs timers until none is due now; returns how many. */
  private int finish() {
    int timers = 0;
    for (; box.engine().nextDeadlineNanos() <= nanos && timers < MANY; timers++) {
      box.engine().onTimer(nanos, out);
    }
    return timers;
  }

  private Connection connection(int number) {
    List<Connection> found = new ArrayList<>();
    String port = ":" + (FIRST_PORT + number) + " ";
    box.engine()
        .forEachConnection(each -> {
          if (each.name().contains(port)) {
            found.add(each);
          }
        });
    return found.getFirst();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @DisplayName("HDP-18 when the copy is lost, what waits leaves some connections at a time")
  void sendsSomeAtATime(CommitMode mode) {
    begin(mode, NoCopy.CONTINUE);
    for (int i = 0; i < MANY; i++) {
      of(i).run(HELLO + (mode.delaysOctets() ? "nothing\n" : HI));
    }
    left.clear();
    change(LogState.ALONE);
    assertThat(left).as("the call that learns of it walks no connection").isEmpty();
    assertThat(withRecords()).isEqualTo(MANY);
    for (int timers = 0; box.engine().nextDeadlineNanos() <= nanos; timers++) {
      int before = left.size();
      box.engine().onTimer(nanos, out);
      assertThat(left.size() - before).isLessThanOrEqualTo(MOST_AT_ONCE);
      assertThat(timers).isLessThan(MANY);
    }
    assertThat(left.size()).isEqualTo(mode.delaysOctets() ? MANY : 0);
    assertThat(withRecords()).isZero();
    assertThat(unprotected()).isEqualTo(MANY);
    assertThat(box.engine().counters().of(Reason.NO_COPY)).isEqualTo(MANY);
    of(MANY - 1)
        .run("s> . 1:1(0) ack 3\n>c . 1:1(0) ack 6\n" + AGAIN + ">s P. 3:5(2) ack 1 \"Hi\"\n");
  }

  @Test
  @DisplayName("HDP-18 what waits leaves first, before connections for which nothing does")
  void sendsWhatWaitsFirst() {
    begin(CommitMode.STRICT, NoCopy.CONTINUE);
    of(MANY / 2).run(HELLO + "nothing\n");
    change(LogState.ALONE);
    assertThat(unprotected()).as("in no record that counts").isEqualTo(MANY);
    box.engine().onTimer(nanos, out);
    assertThat(connection(MANY / 2).record()).isNull();
    of(MANY / 2).run(ANSWER + AGAIN + ">s P. 3:5(2) ack 1 \"Hi\"\n");
    finish();
    assertThat(withRecords()).isZero();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @DisplayName("HDP-18 no-copy: hold: no connection is walked, and nothing leaves of any")
  void holdsEachWhenItIsDue(CommitMode mode) {
    begin(mode, NoCopy.HOLD);
    left.clear();
    change(LogState.ALONE);
    assertThat(finish()).isZero();
    assertThat(withRecords()).isEqualTo(MANY);
    assertThat(unprotected()).isEqualTo(MANY);
    for (int i = 0; i < MANY; i += 7) {
      of(i).run(HELLO + "nothing\n");
      assertThat(connection(i).record()).isNull();
    }
    assertThat(box.engine().counters().of(Reason.NO_COPY)).isZero();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @DisplayName("HDP-18 a copy that is there again before the turn of a connection gets it all")
  void protectsThoseWhoseTurnHadNotCome(CommitMode mode) {
    begin(mode, NoCopy.CONTINUE);
    for (int i = 0; i < MANY; i++) {
      of(i).run(HELLO + (mode.delaysOctets() ? "nothing\n" : HI));
    }
    change(LogState.ALONE);
    box.engine().onTimer(nanos, out);
    change(LogState.COMMITTING);
    long first = box.log().appended();
    left.clear();
    finish();
    assertThat(left.size()).isLessThanOrEqualTo(MOST_AT_ONCE);
    assertThat(replica(first).size()).isEqualTo(MANY);
    commit();
    finish();
    if (mode.delaysOctets()) {
      assertThat(left.size()).isGreaterThanOrEqualTo(MANY - MOST_AT_ONCE);
    }
    assertThat(unprotected()).isZero();
  }

  /** What an engine that keeps the records from {@code first} on has. */
  private Replica replica(long first) {
    Replica replica = new Replica();
    for (long number = first; number <= box.log().appended(); number++) {
      replica.apply(box.log().record(number), 0);
    }
    return replica;
  }

  @Test
  @DisplayName("HDP-18 half-open connections are forgotten by the log at once, all together")
  void forgetsHalfOpenOnes() {
    box = new LateCommitsBox(engines, new MemoryLog(CommitMode.ON_CHANGE), 0);
    script = new Script(box);
    for (int i = 0; i < MANY; i++) {
      of(i).run("c> S 0:0(0)\n>s same\ns> S. 0:0(0) ack 1\n>c same\n");
    }
    change(LogState.ALONE);
    assertThat(box.engine().counters().of(Reason.NO_COPY)).isEqualTo(MANY);
    change(LogState.COMMITTING);
    long first = box.log().appended();
    finish();
    assertThat(replica(first).size()).isEqualTo(MANY);
  }
}
