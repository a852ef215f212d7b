package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.script.CompleteScan;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.LateCommitsBox;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Replicas;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What an engine does while its records are not kept, or are refused. */
class LogStateTest {
  private static final long DELAY_NANOS = 10_000_000;

  private TestEngine engines = TestEngine.inline(SimpleAgents.passing());
  private LateCommitsBox box = new LateCommitsBox(engines, CommitMode.STRICT, DELAY_NANOS);
  private Script script = new Script(box);

  private void begin(Agent<?> agent, CommitMode mode, NoCopy noCopy) {
    engines = TestEngine.inline(agent);
    box = new LateCommitsBox(engines, new MemoryLog(mode, noCopy), DELAY_NANOS);
    script = new Script(box);
  }

  private void open(Agent<?> agent, CommitMode mode, NoCopy noCopy) {
    begin(agent, mode, noCopy);
    script.run(opening(mode));
  }

  private static String opening(CommitMode mode) {
    return Opening.recorded(mode) + "at 0.05s\n";
  }

  private void change(LogState state, String lines) {
    box.change(state);
    script.run(lines);
  }

  private long count(Reason reason) {
    return box.engine().counters().of(reason);
  }

  private long unprotected() {
    return CompleteScan.of(box.engine().scanStatus(1), 0).unprotected();
  }

  /** What an engine that keeps the records since {@code first} reads of them. */
  private List<Long> decided(long first) {
    Replica replica = Replicas.since(first, box.log());
    List<Long> decided = new ArrayList<>();
    for (List<KeptRecord> next = replica.takeNext(); next != null; next = replica.takeNext()) {
      Connection copy = box.engine().moves().read(next, 0);
      decided.add(copy.stream(Direction.CLIENT_TO_SERVER).decided());
      copy.free();
    }
    return decided;
  }

  @Test
  @DisplayName("HDP-18 records that are lost are sent again: what waits leaves later, in order")
  void commitsLostRecordsLater() {
    begin(SimpleAgents.passing(), CommitMode.STRICT, NoCopy.HOLD);
    script.run(opening(CommitMode.STRICT));
    boolean[] lost = {true, false, false};
    int[] next = {0};
    box.lose(DELAY_NANOS, 30_000_000, () -> next[0] < lost.length && lost[next[0]++]);
    script.run(
        """
        at 0.1s
        c> P. 1:6(5) ack 1 "Hello"
        at 0.105s
        c> P. 6:7(1) ack 1 "!"
        at 0.139s
        at 0.14s
        >s P. 1:6(5) ack 1 "Hello"
        >s P. 6:7(1) ack 1 "!"
        """);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @DisplayName("HDP-18 no-copy: continue lets go what waits, and nothing waits any more")
  void goesOnWithoutACopy(CommitMode mode) {
    open(SimpleAgents.replacing("Hello", ""), mode, NoCopy.CONTINUE);
    script.run("at 0.1s\nc> P. 1:6(5) ack 1 \"Hello\"\n");
    change(LogState.ALONE, "at 0.101s\n>c . 1:1(0) ack 6\n");
    long appended = box.log().appended();
    script.run("c> P. 6:11(5) ack 1 \"Hello\"\n>c . 1:1(0) ack 11\n");
    assertThat(box.log().appended()).isEqualTo(appended);
    assertThat(count(Reason.NO_COPY)).isOne();
    assertThat(unprotected()).isOne();
    assertThat(engines.events()).containsExactly(Reason.NO_COPY);
  }

  @Test
  @DisplayName("HDP-18 no-copy: continue takes custody as an engine alone does")
  void takesCustodyWithoutACopy() {
    open(LineAgents.passing(), CommitMode.STRICT, NoCopy.CONTINUE);
    change(LogState.ALONE, "at 0.1s\nc> P. 1:5(4) ack 1 \"QUIT\"\nat 0.4s\n>c . 1:1(0) ack 5\n");
  }

  @Test
  @DisplayName("HDP-18 no-copy: continue sends a SYN-ACK that waits, and later ones at once")
  void opensWithoutACopy() {
    begin(SimpleAgents.passing(), CommitMode.STRICT, NoCopy.CONTINUE);
    script.run(Opening.SYNS);
    change(
        LogState.ALONE,
        """
        at 0.001s
        >c S. 0:0(0) ack 1 win 65535 <mss 1460>
        c> R 1:1(0)
        >s same
        at 300s
        """);
    script.run(Opening.PLAIN);
    assertThat(count(Reason.NO_COPY)).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @DisplayName("HDP-18 no-copy: hold keeps back what is decided, until there is a copy again")
  void holdsWithoutACopy(CommitMode mode) {
    open(SimpleAgents.replacing("Hello", "Hi"), mode, NoCopy.HOLD);
    change(LogState.ALONE, "at 0.1s\nc> P. 1:6(5) ack 1 \"Hello\"\nat 0.2s\n");
    script.run("c> P. 1:6(5) ack 1 \"Hello\"\n");
    long first = box.log().appended() + 1;
    boolean waits = mode.delaysOctets();
    change(
        LogState.COMMITTING,
        "at 0.205s\n" + (waits ? "at 0.21s\n" : "") + ">s P. 1:3(2) ack 1 \"Hi\"\n");
    assertThat(decided(first)).containsExactly(5L);
    assertThat(count(Reason.COMMIT_AWAITED)).isPositive();
    assertThat(count(Reason.NO_COPY)).isZero();
    assertThat(engines.events()).containsExactly(Reason.NO_COPY, Reason.COPY_AGAIN);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @DisplayName("HDP-18 no-copy: hold keeps back a FIN too, also one without octets")
  void holdsTheFinWithoutACopy(CommitMode mode) {
    open(SimpleAgents.replacing("Hello", "Hi"), mode, NoCopy.HOLD);
    change(LogState.ALONE, "at 0.1s\nc> F. 1:1(0) ack 1\nat 0.2s\nnothing\n");
    change(LogState.COMMITTING, "at 0.205s\nnothing\nat 0.21s\n>s F. 1:1(0) ack 1\n");
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @DisplayName("HDP-18 no-copy: hold lets octets leave that wait for the receiver's window already")
  void sendsWhatWaitedForTheWindow(CommitMode mode) {
    begin(SimpleAgents.replacing("Hello", "Hi"), mode, NoCopy.HOLD);
    script.run(opening(mode).replace("S. 0:0(0) ack 1 win 65535", "S. 0:0(0) ack 1 win 3"));
    script.run(
        "c> P. 1:6(5) ack 1 \"World\"\n"
            + (mode.delaysOctets() ? "at 0.06s\n" : "")
            + ">s %s 1:4(3) ack 1 \"Wor\"\nat 0.09s\n".formatted(mode.delaysOctets() ? "." : "P."));
    change(
        LogState.ALONE,
        """
        at 0.1s
        s> . 1:1(0) ack 4 win 10
        >c same
        >s P. 4:6(2) ack 1 "ld"
        """);
  }

  @Test
  @DisplayName("HDP-18 no-copy: continue takes octets into custody whose record is lost")
  void takesCustodyWhoseRecordIsLost() {
    open(LineAgents.passing(), CommitMode.STRICT, NoCopy.CONTINUE);
    script.run("at 0.1s\nc> P. 1:5(4) ack 1 \"QUIT\"\nat 0.205s\nnothing\n");
    change(LogState.ALONE, "at 0.206s\n>c . 1:1(0) ack 5\n");
  }

  @Test
  @DisplayName("HDP-18 no-copy: hold takes them into custody when they are written again")
  void takesCustodyWhenThereIsACopyAgain() {
    open(LineAgents.passing(), CommitMode.STRICT, NoCopy.HOLD);
    script.run("at 0.1s\nc> P. 1:5(4) ack 1 \"QUIT\"\nat 0.205s\n");
    change(LogState.ALONE, "at 0.206s\nnothing\n");
    long first = box.log().appended() + 1;
    change(LogState.COMMITTING, "at 0.215s\nat 0.22s\n>c . 1:1(0) ack 5\n");
    assertThat(decided(first)).containsExactly(0L);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @DisplayName("HDP-18 no-copy: hold keeps back the SYN-ACK of a new connection")
  void opensNothingWhileItHolds(CommitMode mode) {
    begin(SimpleAgents.passing(), mode, NoCopy.HOLD);
    change(LogState.ALONE, "at 0.1s\n" + Opening.SYNS);
    change(
        LogState.COMMITTING,
        "at 0.109s\nat 0.11s\n>c S. 0:0(0) ack 1 win 65535 <mss 1460>\nat 1s\n");
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @DisplayName("HDP-18 what opens without a copy waits as its mode says once there is one again")
  void waitsAsUsualWhenThereIsACopyAgain(CommitMode mode) {
    begin(SimpleAgents.replacing("Hello", "Hi"), mode, NoCopy.HOLD);
    String synAck = "S. 0:0(0) ack 1 win 65535 <mss 1460>\n";
    change(
        LogState.ALONE,
        """
        at 0.1s
        c> S 0:0(0) win 65535 <mss 1460>
        >s same
        s> S 0:0(0) win 65535 <mss 1460>
        >c same
        c> S. 0:0(0) ack 1 win 65535 <mss 1460>
        s> S. 0:0(0) ack 1 win 65535 <mss 1460>
        """);
    change(LogState.COMMITTING, "at 0.11s\n>s " + synAck + ">c " + synAck);
    script.run(
        "at 0.2s\nc> P. 1:6(5) ack 1 \"Hello\"\n"
            + (mode.delaysOctets() ? ">s . 1:1(0) ack 1\nat 0.209s\nat 0.21s\n" : "")
            + ">s P. 1:3(2) ack 1 \"Hi\"\n");
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @DisplayName("HDP-18 what an heir without a copy keeps back leaves when there is one again")
  void sendsWhatAnHeirKeptBack(CommitMode mode) {
    open(SimpleAgents.passing(), mode, NoCopy.HOLD);
    Replica replica = Replicas.of(box.log());
    begin(SimpleAgents.passing(), mode, NoCopy.HOLD);
    box.change(LogState.ALONE);
    box.engine().inherit(replica, 50_000_000);
    script.run(
        "at 0.1s\nc> P. 1:6(5) ack 1 \"Hello\"\n>s . 0:0(0) ack 1\ns> . 1:1(0) ack 1\nat 0.105s\nnothing\n");
    change(
        LogState.COMMITTING,
        (mode.delaysOctets() ? "at 0.11s\nnothing\nat 0.116s\n" : "at 0.106s\n")
            + ">s P. 1:6(5) ack 1 \"Hello\"\n");
  }

  @Test
  @DisplayName("HDP-18 a SYN-ACK whose record is lost leaves when it is written again")
  void opensWhenThereIsACopyAgain() {
    begin(SimpleAgents.passing(), CommitMode.STRICT, NoCopy.HOLD);
    script.run(Opening.SYNS);
    change(LogState.ALONE, "at 0.001s\n");
    change(
        LogState.COMMITTING,
        """
        at 0.009s
        at 0.011s
        >c S. 0:0(0) ack 1 win 65535 <mss 1460>
        c> . 1:1(0) ack 1
        >s same
        at 0.05s
        """);
  }

  @Test
  @DisplayName("HDP-18 nothing is kept of a SYN-ACK that waits when its opening takes too long")
  void forgetsWhatWaits() {
    begin(SimpleAgents.passing(), CommitMode.STRICT, NoCopy.HOLD);
    change(LogState.ALONE, "at 0.1s\n" + Opening.SYNS + "at 1000s\n");
    change(LogState.COMMITTING, "at 1001s\nat 1002s\nnothing\n");
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @DisplayName("HDP-18 when there is a copy again it gets all connections, and protects them")
  void protectsAgain(CommitMode mode) {
    open(SimpleAgents.replacing("Hello", ""), mode, NoCopy.CONTINUE);
    change(LogState.ALONE, "at 0.1s\nc> P. 1:6(5) ack 1 \"Hello\"\n>c . 1:1(0) ack 6\nat 0.3s\n");
    long first = box.log().appended() + 1;
    change(LogState.COMMITTING, "at 0.31s\n");
    assertThat(unprotected()).isZero();
    assertThat(decided(first)).containsExactly(5L);
    script.run(
        "at 0.4s\nc> P. 6:11(5) ack 1 \"Hello\"\n"
            + (mode.writesAtIntervals() ? "at 0.429s\nat 0.43s\n" : "at 0.409s\nat 0.41s\n")
            + ">c . 1:1(0) ack 11\n");
    assertThat(decided(first)).containsExactly(10L);
  }

  @Test
  @DisplayName("HDP-18 a parked connection is written again too, and one that began alone")
  void writesParkedConnectionsAgain() {
    engines = TestEngine.inline(SimpleAgents.replacing("Hello", "Hi")).parkAfter(1_000_000_000);
    box = new LateCommitsBox(engines, new MemoryLog(CommitMode.STRICT), DELAY_NANOS);
    script = new Script(box);
    change(LogState.ALONE, "at 0s\n" + Opening.PLAIN + "at 0.05s\n");
    script.run("c> P. 1:6(5) ack 1 \"Hello\"\n>s P. 1:3(2) ack 1 \"Hi\"\n");
    script.run("s> . 1:1(0) ack 3\n>c . 1:1(0) ack 6\nat 10s\n");
    assertThat(Connections.of(box.engine())).isEmpty();
    assertThat(unprotected()).isOne();
    change(LogState.COMMITTING, "at 11s\n");
    assertThat(decided(1)).containsExactly(5L);
    script.run(
        """
        c> P. 6:11(5) ack 1 "Hello"
        at 11.01s
        >s P. 3:5(2) ack 1 "Hi"
        """);
    assertThat(decided(1)).containsExactly(10L);
  }

  @Test
  @DisplayName("HDP-18 so is one that was reset, and is parked until its segments stop coming")
  void writesParkedTombstonesAgain() {
    LambdaAgent resetting = LambdaAgent.by((direction, view, out) -> out.reset("no"));
    engines = TestEngine.inline(resetting).parkAfter(1_000_000_000);
    box = new LateCommitsBox(engines, new MemoryLog(CommitMode.ON_CHANGE), DELAY_NANOS);
    script = new Script(box);
    script.run(
        opening(CommitMode.ON_CHANGE)
            + "c> P. 1:6(5) ack 1 \"Hello\"\n"
            + ">s R. 1:1(0) ack 1\n>c R. 1:1(0) ack 1\nat 3s\n");
    assertThat(Connections.of(box.engine())).isEmpty();
    assertThat(box.engine().connections()).isOne();
    change(LogState.ALONE, "at 3.1s\n");
    long first = box.log().appended() + 1;
    change(LogState.COMMITTING, "at 3.2s\n");
    assertThat(Replicas.since(first, box.log()).size()).isOne();
  }

  @Test
  @DisplayName(
      "C-72 HDP-18 an engine whose records are refused forgets its connections and is silent")
  void isSilentWhenRefused() {
    open(LineAgents.passing(), CommitMode.STRICT, NoCopy.HOLD);
    script.run("at 0.1s\nc> P. 1:5(4) ack 1 \"QUIT\"\nat 0.4s\n>c . 1:1(0) ack 5\n");
    long appended = box.log().appended();
    change(
        LogState.REFUSED,
        """
        at 0.401s
        c> P. 5:6(1) ack 1 "\\n"
        s> . 1:1(0) ack 1
        c> R 5:5(0)
        c> S 9000:9000(0) win 65535 <mss 1460>
        at 1000s
        nothing
        """);
    assertThat(box.engine().connections()).isZero();
    assertThat(box.log().appended()).isEqualTo(appended);
    assertThat(count(Reason.FENCED)).isEqualTo(4);
    assertThat(engines.events()).containsExactly(Reason.FENCED);
    assertThat(box.engine().budget().usedBytes()).isZero();
    assertThat(engines.directBytes()).isZero();
  }

  @Test
  @DisplayName("HDP-18 an engine that may write records again begins with no connection")
  void beginsAnewAfterARefusal() {
    open(SimpleAgents.passing(), CommitMode.STRICT, NoCopy.HOLD);
    change(LogState.REFUSED, "at 1s\n");
    long first = box.log().appended() + 1;
    change(LogState.COMMITTING, "at 2s\n");
    assertThat(decided(first)).isEmpty();
    script.run(
        """
        c> S 0:0(0) win 65535 <mss 1460>
        >s same
        s> S. 0:0(0) ack 1 win 65535 <mss 1460>
        at 2.01s
        >c S. 0:0(0) ack 1 win 65535 <mss 1460>
        """);
    assertThat(decided(first)).containsExactly(0L);
  }
}
