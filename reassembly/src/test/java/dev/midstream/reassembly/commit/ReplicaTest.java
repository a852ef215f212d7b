package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.script.LateCommitsBox;
import dev.midstream.reassembly.script.Replicas;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import dev.midstream.testkit.random.SeededRounds;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The records of an engine: which kinds, how long, and what another engine reads from them. */
class ReplicaTest {
  private static final int KIND_AND_ENDS_BYTES = 15;

  private final Replica replica = new Replica();
  private LateCommitsBox box = box(SimpleAgents.passing());
  private Script script = new Script(box);
  private long applied;

  private static LateCommitsBox box(Agent<?> agent) {
    return box(agent, CommitMode.ON_CHANGE);
  }

  private static LateCommitsBox box(Agent<?> agent, CommitMode mode) {
    return new LateCommitsBox(TestEngine.inline(agent), mode, 0);
  }

  /** Plays {@code lines} after the opening with {@code agent}. */
  private ReplicaTest open(Agent<?> agent, String lines) {
    return open(agent, CommitMode.ON_CHANGE, lines);
  }

  private ReplicaTest open(Agent<?> agent, CommitMode mode, String lines) {
    box = box(agent, mode);
    script = new Script(box);
    script.run(TestEngine.OPEN + "at 0.001s\n" + lines);
    return this;
  }

  /** Applies the records written since, and returns their kinds. */
  private List<Integer> kinds() {
    long from = applied;
    applied = box.log().appended();
    List<byte[]> records =
        LongStream.rangeClosed(from + 1, applied).mapToObj(box.log()::record).toList();
    records.forEach(each -> replica.apply(each, 0));
    return records.stream().map(each -> each[0] & 0x7f).toList();
  }

  /** Reads the only connection from its records. */
  private void read(Consumer<Connection> observer) {
    box.engine()
        .forEachConnection(each -> {
          List<KeptRecord> records = Objects.requireNonNull(replica.find(each.key()), "no records");
          Connection copy = box.engine().moves().read(records, 0);
          observer.accept(copy);
          copy.free();
        });
  }

  @Test
  @DisplayName("HDP-17 a whole record at the opening, a step for each decision, and a close")
  void writesWholeStepsAndClose() {
    open(SimpleAgents.replacing("Hello", "Hi"), "");
    assertThat(kinds()).containsExactly(RecordWriter.WHOLE, RecordWriter.STEP);
    script.run(
        """
        c> P. 1:6(5) ack 1 "Hello"
        >s P. 1:3(2) ack 1 "Hi"
        s> . 1:1(0) ack 3
        >c . 1:1(0) ack 6
        """);
    assertThat(kinds()).as("an acknowledgement is no decision").containsExactly(RecordWriter.STEP);
    read(copy -> {
      assertThat(copy.stream(Direction.CLIENT_TO_SERVER).decided()).isEqualTo(5);
      assertThat(copy.stream(Direction.CLIENT_TO_SERVER).newEnd()).isEqualTo(2);
    });
    script.run("c> R 6:6(0)\n>s R 3:3(0)\nat 300s\n");
    assertThat(kinds()).last().isEqualTo(RecordWriter.CLOSE);
    assertThat(replica.size()).isZero();
  }

  @Test
  @DisplayName("HDP-17 a step takes at most 40 octets beside its ends and the new octets")
  void writesShortSteps() {
    open(SimpleAgents.replacing("Hello", "Hi"), "");
    kinds();
    script.run("c> P. 1:6(5) ack 1 \"Hello\"\n>s P. 1:3(2) ack 1 \"Hi\"\n");
    byte[] step = box.log().record(box.log().appended());
    assertThat(step).hasSizeLessThanOrEqualTo(KIND_AND_ENDS_BYTES + 2 + 40);
  }

  @Test
  @DisplayName("HDP-17 H-34 T-9 a denied request and the reply to it are in one record")
  void writesBothDirectionsTogether() {
    open(LineAgents.denying("STAT", "502 no\n"), "");
    kinds();
    script.run("c> P. 1:6(5) ack 1 \"STAT\\n\"\nat 0.001s\n>c P. 1:8(7) ack 6 \"502 no\\n\"\n");
    assertThat(kinds()).containsExactly(RecordWriter.STEP);
    read(copy -> {
      assertThat(copy.stream(Direction.CLIENT_TO_SERVER).decided()).isEqualTo(5);
      assertThat(copy.stream(Direction.SERVER_TO_CLIENT).newEnd()).isEqualTo(7);
    });
  }

  @Test
  @DisplayName("HDP-17 a connection that is let go has a record that says so")
  void writesThatAConnectionIsLetGo() {
    open(
        LambdaAgent.by((direction, view, out) -> out.detach()),
        "c> P. 1:6(5) ack 1 \"Hello\"\nat 0.001s\n>s P. 1:6(5) ack 1 \"Hello\"\n");
    script.run("s> . 1:1(0) ack 6\n>c same\nat 0.1s\nc> . 6:6(0) ack 1\n>s same\n");
    assertThat(kinds()).last().isEqualTo(RecordWriter.WHOLE);
    read(copy -> assertThat(copy.handling()).isEqualTo(Handling.UNTOUCHED));
  }

  @Test
  @DisplayName("HDP-17 no packet of a connection that was let go is written, but its end is")
  void writesNothingOfWhatIsLetGo() {
    open(
        LambdaAgent.by((direction, view, out) -> out.detach()),
        "c> P. 1:6(5) ack 1 \"Hello\"\nat 0.001s\n>s P. 1:6(5) ack 1 \"Hello\"\n");
    script.run("s> . 1:1(0) ack 6\n>c same\nat 0.1s\nc> . 6:6(0) ack 1\n>s same\n");
    kinds();
    script.run("c> P. 6:9(3) ack 1 \"abc\"\n>s same\ns> . 1:1(0) ack 9\n>c same\n");
    assertThat(kinds()).isEmpty();
    script.run("c> R 9:9(0)\n>s same\nat 1000s\n");
    assertThat(kinds()).last().isEqualTo(RecordWriter.CLOSE);
  }

  @Test
  @DisplayName("HDP-17 what ends send again after both FINs is not written")
  void writesNothingOfTimeWait() {
    open(
        SimpleAgents.replacing("Hello", "Hi"),
        """
        c> FP. 1:6(5) ack 1 "Hello"
        >s P. 1:3(2) ack 1 "Hi"
        at 0.001s
        >s F. 3:3(0) ack 1
        s> F. 1:1(0) ack 4
        >c . 1:1(0) ack 7
        at 0.002s
        >c F. 1:1(0) ack 7
        c> . 7:7(0) ack 2
        >s . 4:4(0) ack 2
        """);
    kinds();
    script.run("s> F. 1:1(0) ack 4\n>c F. 1:1(0) ack 7\nc> . 7:7(0) ack 2\n>s . 4:4(0) ack 2\n");
    assertThat(kinds()).isEmpty();
  }

  @Test
  @DisplayName("HDP-17 steps that grow long are followed by a whole record, and forgotten")
  void writesAWholeRecordAfterManySteps() {
    open(SimpleAgents.passing(), "");
    String octets = "x".repeat(500);
    for (int i = 0; i < 40; i++) {
      int from = 1 + 500 * i;
      String segment = "P. %d:%d(500) ack 1 \"%s\"\n".formatted(from, from + 500, octets);
      script.run("c> " + segment + ">s same\n");
      script.run("s> . 1:1(0) ack %d\n>c same\n".formatted(from + 500));
    }
    assertThat(kinds().stream().filter(kind -> kind == RecordWriter.WHOLE).count())
        .isBetween(2L, 8L);
    assertThat(replica.bytes()).isLessThan(10_000);
    read(copy -> assertThat(copy.stream(Direction.CLIENT_TO_SERVER).decided()).isEqualTo(20_000));
  }

  @Test
  @DisplayName("HDP-17 custody ends where it was wanted, not at what was decided until the record")
  void endsCustodyBeforeWhatIsDecided() {
    open(
        LineAgents.denying("STAT", "502 no\n"),
        CommitMode.INTERVAL,
        """
        c> P. 1:4(3) ack 1 "Hel"
        at 0.11s
        c> P. 4:7(3) ack 1 "lo\\n"
        >s P. 1:7(6) ack 1 "Hello\\n"
        at 0.3s
        """);
    kinds();
    read(copy -> {
      assertThat(copy.stream(Direction.CLIENT_TO_SERVER).decided()).isEqualTo(6);
      assertThat(copy.stream(Direction.CLIENT_TO_SERVER).edits().custodyEnd()).isEqualTo(3);
    });
  }

  @Test
  @DisplayName("HDP-17 octets that go into custody one after the other are in steps one after it")
  void addsToWhatIsInCustody() {
    open(
        LineAgents.passing(),
        """
        c> P. 1:3(2) ack 1 "QU"
        at 0.11s
        >c . 1:1(0) ack 3
        c> P. 3:5(2) ack 1 "IT"
        at 0.3s
        >c . 1:1(0) ack 5
        """);
    kinds();
    read(copy -> {
      assertThat(copy.stream(Direction.CLIENT_TO_SERVER).edits().custodyEnd()).isEqualTo(4);
      assertThat(copy.stream(Direction.CLIENT_TO_SERVER).decided()).isZero();
    });
  }

  @Test
  @DisplayName("HDP-17 what is deleted piece by piece is in steps, as one deletion that grows")
  void growsADeletion() {
    open(
        LambdaAgent.onClient((view, out) -> out.drop(6)),
        """
        c> P. 1:3(2) ack 1 "ab"
        at 0.01s
        >c . 1:1(0) ack 3
        c> P. 3:5(2) ack 1 "cd"
        at 0.02s
        >c . 1:1(0) ack 5
        """);
    kinds();
    read(copy -> {
      assertThat(copy.stream(Direction.CLIENT_TO_SERVER).decided()).isEqualTo(4);
      assertThat(copy.stream(Direction.CLIENT_TO_SERVER).newEnd()).isZero();
    });
  }

  @Test
  @DisplayName("HDP-17 no record says that opaque octets are in custody, because they are not kept")
  void recordsNoCustodyOfOpaqueOctets() {
    open(
        LambdaAgent.by((direction, view, out) -> {
          if (view.start() == 0) {
            out.pass(1);
            out.skip(3);
          } else if (view.length() > 0) {
            out.pass(view.length());
          }
        }),
        """
        c> . 1:2(1) ack 1 "a"
        >s same
        c> . 2:5(3) ack 1 "bcd"
        >s same
        """);
    String octets = "x".repeat(500);
    for (int from = 6; from < 4_000; from += 500) {
      String segment = "c> . %d:%d(500) ack 1 \"%s\"\n".formatted(from, from + 500, octets);
      script.run(segment);
    }
    script.run(
        """
        c> . 5:6(1) ack 1 "e"
        >s . 5:541(536) ack 1 "e%s"
        >s . 541:1077(536) ack 1 "%s"
        >s . 1077:1078(1) ack 1 "x"
        """
            .formatted("x".repeat(535), "x".repeat(536)));
    kinds();
    read(copy -> assertThat(copy.stream(Direction.CLIENT_TO_SERVER).edits().custodyEnd()).isZero());
  }

  @Test
  @DisplayName("HDP-17 half-open connections have no record")
  void writesNothingBeforeTheAnswer() {
    script.run("c> S 0:0(0) win 65535 <mss 1460>\n>s same\n");
    assertThat(kinds()).isEmpty();
  }

  @Test
  @DisplayName("HDP-17 what is no record is refused, and changes nothing")
  void refusesWhatIsNoRecord() {
    open(SimpleAgents.passing(), "");
    kinds();
    byte[] step = box.log().record(2);
    byte[] other = step.clone();
    other[0] = 9;
    assertThatThrownBy(() -> replica.apply(other, 0)).isInstanceOf(MalformedState.class);
    other[0] = RecordWriter.STEP;
    other[1] = 2;
    assertThatThrownBy(() -> replica.apply(other, 0)).isInstanceOf(MalformedState.class);
    assertThatThrownBy(() -> new Replica().apply(step, 0))
        .isInstanceOf(MalformedState.class)
        .hasMessageContaining("without a record before");
    assertThatThrownBy(() -> replica.apply(new byte[0], 0)).isInstanceOf(MalformedState.class);
    assertThat(replica.size()).isOne();
  }

  private String essence(Replica known) {
    StringBuilder essence = new StringBuilder();
    StateWriter out = new StateWriter();
    known.forEach(each -> {
      Connection copy = box.engine().moves().read(each, 0);
      out.clear();
      assertThat(box.engine().moves().writeEssential(copy, out, 0)).isNull();
      copy.free();
      essence.append(HexFormat.of().formatHex(out.toOctets())).append('\n');
    });
    return essence.toString();
  }

  @Test
  @DisplayName("HDP-17 records that are written again count only all together")
  void countsRecordsWrittenAgainTogether() {
    List<byte[]> before = sampleRecords();
    LateCommitsBox heir = box(SimpleAgents.replacing("Hello", "Hi"));
    heir.engine().inherit(Replicas.of(box.log()), 0);
    heir.onTimer(0, _ -> {});
    assertThat(heir.log().appended()).isGreaterThan(2);
    before.forEach(each -> replica.apply(each, 0));
    String known = essence(replica);
    assertThat(known).isNotEmpty();
    for (long number = 1; number <= heir.log().appended(); number++) {
      replica.apply(heir.log().record(number), 0);
      assertThat(essence(replica)).as("after record " + number).isEqualTo(known);
    }
  }

  /** Records with edits, a reply, octets in custody and an end. */
  private List<byte[]> sampleRecords() {
    open(
        SimpleAgents.replacing("Hello", "Hi"),
        """
        c> P. 1:6(5) ack 1 "Hello"
        >s P. 1:3(2) ack 1 "Hi"
        s> . 1:1(0) ack 3
        >c . 1:1(0) ack 6
        c> P. 6:9(3) ack 1 "Hel"
        at 0.3s
        >c . 1:1(0) ack 9
        s> F. 1:1(0) ack 3
        at 0.31s
        >c F. 1:1(0) ack 9
        """);
    return LongStream.rangeClosed(1, box.log().appended()).mapToObj(box.log()::record).toList();
  }

  @Test
  @DisplayName("HDP-17 damaged records are refused, and leave nothing behind")
  void refusesDamagedRecords() {
    List<byte[]> records = sampleRecords();
    SeededRounds.run(
        3_000,
        random -> {
          TestEngine engines = TestEngine.inline(SimpleAgents.replacing("Hello", "Hi"));
          Engine engine = engines.engine();
          Replica damaged = new Replica();
          try {
            for (byte[] each : records) {
              damaged.apply(random.nextInt(3) == 0 ? damaged(each, random) : each, 0);
            }
          } catch (MalformedState expected) {
            assertThat(expected).hasMessageNotContaining("null");
          }
          engine.inherit(damaged, 0);
          while (engine.inheritedConnections() > 0) {
            engine.onTimer(0, packet -> {});
          }
          engine.finish(1, packet -> {});
          assertThat(engine.budget().usedBytes()).isZero();
          assertThat(engines.directBytes()).isZero();
        });
  }

  private static byte[] damaged(byte[] record, RandomGenerator random) {
    byte[] octets = record.clone();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      octets[random.nextInt(octets.length)] = (byte) random.nextInt();
    }
    return random.nextBoolean() ? octets : Arrays.copyOf(octets, random.nextInt(octets.length));
  }
}
