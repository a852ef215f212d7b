package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.LateCommitsBox;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Replicas;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits in one mode and not in another. Records are committed after 10 ms. */
class CommitModesTest {
  private static final long DELAY_NANOS = 10_000_000;
  private static final String COMMITTED = "at 0.109s\nat 0.11s\n";

  private LateCommitsBox box;
  private Script script;

  CommitModesTest() {
    box = new LateCommitsBox(TestEngine.inline(SimpleAgents.passing()), CommitMode.NONE, 0);
    script = new Script(box);
  }

  /** Opens a connection; its SYN-ACK waits in some modes. */
  private void open(Agent<?> agent, CommitMode mode) {
    box = new LateCommitsBox(TestEngine.inline(agent), mode, DELAY_NANOS);
    script = new Script(box);
    script.run(Opening.recorded(mode) + "at 0.1s\n");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("HDP-18 H-18 octets wait in strict, their acknowledgement in before-ack, else none")
  void waitsWithOctetsOrTheirAcknowledgement(CommitMode mode) {
    open(SimpleAgents.replacing("Hello", "Hi"), mode);
    script.run(
        "c> P. 1:6(5) ack 1 \"Hello\"\n"
            + (mode == CommitMode.STRICT ? COMMITTED : "")
            + ">s P. 1:3(2) ack 1 \"Hi\"\ns> . 1:1(0) ack 3\n"
            + (mode == CommitMode.BEFORE_ACK ? COMMITTED : "")
            + ">c . 1:1(0) ack 6\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc"})
  @DisplayName("HDP-18 H-18 an acknowledgement leaves with its record while more is in flight")
  void acknowledgesWithTheRecordWhileMoreIsInFlight(String deleted) {
    open(SimpleAgents.replacing("abc", ""), CommitMode.BEFORE_ACK);
    int end = 6 + deleted.length();
    script.run(
        """
        c> P. 1:%d(%d) ack 1 "Hello%s"
        >s P. 1:6(5) ack 1 "Hello"
        s> . 1:1(0) ack 6
        at 0.105s
        c> P. %d:%d(5) ack 1 "World"
        >s P. 6:11(5) ack 1 "World"
        nothing
        at 0.109s
        nothing
        at 0.11s
        >c . 1:1(0) ack %d
        at 0.115s
        nothing
        s> . 1:1(0) ack 11
        >c . 1:1(0) ack %d
        """
            .formatted(end, end - 1, deleted, end, end + 5, end, end + 5));
  }

  @Test
  @DisplayName("HDP-18 H-18 deleted octets before output that the receiver has in part are shown")
  void acknowledgesDeletedOctetsBeforeWhatTheReceiverHas() {
    open(SimpleAgents.replacing("abc", "", "Hello", "Greetings"), CommitMode.BEFORE_ACK);
    script.run(
        """
        c> P. 1:9(8) ack 1 "abcHello"
        >s P. 1:10(9) ack 1 "Greetings"
        s> . 1:1(0) ack 4
        at 0.109s
        nothing
        at 0.11s
        >c . 1:1(0) ack 4 win 65534
        """);
  }

  /** The server's octet puts something in before what the client sends next. */
  @ParameterizedTest
  @EnumSource(names = {"ON_CHANGE", "INTERVAL"})
  @DisplayName("HDP-18 H-18 deleted octets after what was put in are shown with their record")
  void acknowledgesDeletedOctetsAfterWhatWasPutIn(CommitMode mode) {
    open(
        LambdaAgent.by((direction, view, out) -> {
          if (direction == Direction.SERVER_TO_CLIENT) {
            SimpleAgents.pass(view, out);
            out.reply(Direction.CLIENT_TO_SERVER, Octets.ofText("abc"));
          } else {
            out.replace(view.length(), Octets.empty());
          }
        }),
        mode);
    script.run(
        "s> P. 1:2(1) ack 1 \"X\"\n>c same\n" + recorded(mode) + ">s P. 1:4(3) ack 1 \"abc\"\n");
    script.run(
        "s> . 2:2(0) ack 4\nat 0.14s\nc> P. 1:6(5) ack 2 \"World\"\n>s . 4:4(0) ack 2\nnothing\n");
    script.run("at 0.18s\n>c . 2:2(0) ack 6\n");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("HDP-18 what passes on a connection that was let go waits in no mode")
  void keepsNothingBackOfWhatIsLetGo(CommitMode mode) {
    open(
        LambdaAgent.by(
                (direction, view, out) -> {
                  SimpleAgents.pass(view, out);
                  out.detach();
                })
            .exactly(),
        mode);
    script.run("c> P. 1:6(5) ack 1 \"Hello\"\n" + letGo(mode) + "at 0.5s\n");
    long written = box.log().appended();
    script.run("s> . 1:1(0) ack 6\n>c same\nc> P. 6:9(3) ack 1 \"abc\"\n>s same\n");
    script.run("at 0.6s\nc> P. 9:12(3) ack 1 \"def\"\n>s same\ns> . 1:1(0) ack 12\n>c same\n");
    assertThat(box.log().appended() - written).as("that it was let go").isLessThanOrEqualTo(1);
  }

  private static String letGo(CommitMode mode) {
    return recorded(mode) + ">s P. 1:6(5) ack 1 \"Hello\"\n";
  }

  /** When a record of what is decided at 0.1 s is committed, of which there is none in one mode. */
  private static String recorded(CommitMode mode) {
    String atIntervals = "at 0.129s\nat 0.13s\n";
    return mode.writesAtIntervals() ? atIntervals : mode.writesRecords() ? COMMITTED : "";
  }

  /** Octets and the FIN that the engine puts after them, which leaves with them or waits. */
  @ParameterizedTest
  @EnumSource
  @DisplayName("HDP-18 H-18 a FIN of the engine waits in each mode but none, octets in strict")
  void waitsWithTheEnginesFin(CommitMode mode) {
    open(
        LambdaAgent.by(
                (direction, view, out) -> {
                  SimpleAgents.pass(view, out);
                  out.finish(direction);
                })
            .exactly(),
        mode);
    boolean isApart = mode.writesRecords() && mode != CommitMode.STRICT;
    script.run(
        "c> P. 1:6(5) ack 1 \"Hello\"\n"
            + (isApart ? ">s P. 1:6(5) ack 1 \"Hello\"\n" : "")
            + recorded(mode)
            + (isApart ? ">s F. 6:6(0) ack 1\n" : ">s FP. 1:6(5) ack 1 \"Hello\"\n")
            + "s> . 1:1(0) ack 7\n>c . 1:1(0) ack 6\n");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("HDP-18 H-18 the sender's FIN waits in each mode but none, not its acknowledgement")
  void waitsWithTheSendersFin(CommitMode mode) {
    open(SimpleAgents.replacing("Hello", "Hi"), mode);
    script.run(
        "c> F. 1:1(0) ack 1\n"
            + recorded(mode)
            + ">s F. 1:1(0) ack 1\ns> . 1:1(0) ack 2\n>c . 1:1(0) ack 2\n");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("HDP-18 H-18 an insertion waits in each mode but none, and what follows it")
  void waitsWithInsertions(CommitMode mode) {
    open(inserting(), mode);
    script.run(
        "c> P. 1:3(2) ack 1 \"ab\"\n"
            + recorded(mode)
            + ">s P. 1:6(5) ack 1 \"xyzab\"\ns> . 1:1(0) ack 6\n>c . 1:1(0) ack 3\n");
  }

  private static Agent<?> inserting() {
    return LambdaAgent.by(
            (direction, view, out) -> {
              out.replace(0, Octets.ofText("xyz"));
              SimpleAgents.pass(view, out);
            })
        .exactly();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("HDP-18 H-18 the acknowledgement of deleted octets waits in each mode but none")
  void waitsWithTheAcknowledgementOfDeletedOctets(CommitMode mode) {
    open(SimpleAgents.replacing("Hello", ""), mode);
    script.run("c> P. 1:6(5) ack 1 \"Hello\"\n" + recorded(mode) + ">c . 1:1(0) ack 6\n");
  }

  /** The engine takes custody 0.1 s after the octets came, when a record of them is committed. */
  @ParameterizedTest
  @EnumSource
  @DisplayName("HDP-18 H-18 custody waits in each mode but none")
  void waitsWithCustody(CommitMode mode) {
    open(LineAgents.passing(), mode);
    String atIntervals = "at 0.229s\nat 0.23s\n";
    String atOnce = "at 0.209s\nat 0.21s\n";
    script.run(
        "c> P. 1:5(4) ack 1 \"QUIT\"\nat 0.199s\nat 0.2s\n"
            + (mode.writesAtIntervals() ? atIntervals : mode.writesRecords() ? atOnce : "")
            + ">c . 1:1(0) ack 5\n");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("HDP-18 H-18 no octets leave before the first record, in each mode but none")
  void waitsForTheFirstRecord(CommitMode mode) {
    box =
        new LateCommitsBox(
            TestEngine.inline(SimpleAgents.replacing("Hello", "Hi")), mode, DELAY_NANOS);
    script = new Script(box);
    String data = "c> P. 1:6(5) ack 1 \"Hello\"\n";
    String left = ">s P. 1:3(2) ack 1 \"Hi\"\n";
    script.run(
        Opening.recorded(mode)
            + switch (mode) {
              case NONE, BEFORE_ACK -> data + left;
              case INTERVAL, ON_CHANGE -> data + "at 0.009s\nat 0.01s\n" + left;
              case STRICT -> data + "at 0.019s\nat 0.02s\n" + left;
            });
  }

  @ParameterizedTest
  @EnumSource(names = {"INTERVAL", "ON_CHANGE"})
  @DisplayName(
      "HDP-18 H-54 what comes after a FIN of the engine is acknowledged when it is recorded")
  void acknowledgesWhatIsDeletedAfterItsRecord(CommitMode mode) {
    open(
        LambdaAgent.by((direction, view, out) -> {
          SimpleAgents.pass(view, out);
          if (direction == Direction.CLIENT_TO_SERVER) {
            out.finish(direction);
          }
        }),
        mode);
    script.run(
        """
        c> P. 1:2(1) ack 1 "X"
        >s P. 1:2(1) ack 1 "X"
        at 0.2s
        >s F. 2:2(0) ack 1
        s> . 1:1(0) ack 3
        >c . 1:1(0) ack 2
        at 0.3s
        c> P. 2:5(3) ack 1 "abc"
        nothing
        at 0.4s
        >c . 1:1(0) ack 5
        c> F. 5:5(0) ack 1
        nothing
        at 0.5s
        >c . 1:1(0) ack 6
        """);
  }

  private static LambdaAgent aborting() {
    return LambdaAgent.by((direction, view, out) -> {
      SimpleAgents.pass(view, out);
      out.abort(direction, "no");
    });
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  @DisplayName("HDP-18 H-55 an end is reset alone once that is in a record")
  void resetsOneEndAfterTheRecord(CommitMode mode) {
    open(aborting(), mode);
    boolean waits = mode == CommitMode.STRICT || mode == CommitMode.BEFORE_ACK;
    script.run(
        "c> P. 1:2(1) ack 1 \"X\"\n"
            + (waits ? "" : ">s same\n")
            + "nothing\nat 0.135s\n"
            + (waits ? ">s P. 1:2(1) ack 1 \"X\"\n" : "")
            + """
            >c F. 1:1(0) ack 1
            >s R. 1:1(0) ack 1
            >s R. 2:2(0) ack 1
            >c . 2:2(0) ack 2
            """);
  }

  @Test
  @DisplayName("HDP-17 H-55 a reset of one end that is recorded leaves although its engine died")
  void resetsOneEndAfterATakeover() {
    Succession engines = new Succession(TestEngine.inline(aborting()), CommitMode.ON_CHANGE);
    Script script = new Script(engines);
    script.run(TestEngine.OPEN);
    engines.stopCommitting();
    script.run("c> P. 1:2(1) ack 1 \"X\"\n>s same\n");
    engines.goOnWith(Replicas.of(engines.log()), 0);
    script.run(
        """
        at 0.1s
        >c . 0:0(0) ack 1
        >c F. 1:1(0) ack 1
        >s R. 1:1(0) ack 1
        >s R. 2:2(0) ack 1
        >c . 2:2(0) ack 2
        s> . 1:1(0) ack 2
        >s R 2:2(0) win 0
        """);
  }

  @Test
  @DisplayName(
      "HDP-18 H-18 deleted octets in no record stay unacknowledged for as long as that takes")
  void acknowledgesNoFoldedDeletionBeforeItsRecord() {
    Agent<?> agent = SimpleAgents.replacing("World", "");
    Succession engines = new Succession(TestEngine.inline(agent), CommitMode.ON_CHANGE);
    Script script = new Script(engines);
    script.run(
        TestEngine.OPEN
            + """
            c> P. 1:6(5) ack 1 "Hello"
            >s same
            s> . 1:1(0) ack 6
            >c same
            """);
    engines.stopCommitting();
    script.run(
        """
        c> P. 6:11(5) ack 1 "World"
        nothing
        at 20s
        s> . 1:1(0) ack 6
        >c same
        """);
  }

  @Test
  @DisplayName("HDP-18 H-18 what the receiver has is acknowledged in no record, also when folded")
  void acknowledgesWhatTheReceiverHasAlsoIfFolded() {
    TestEngine engine =
        TestEngine.inline(SimpleAgents.replacing("Hello", "Howdy!"))
            .limits(EngineLimits.DEFAULTS.withCommands(2));
    Succession engines = new Succession(engine, CommitMode.ON_CHANGE);
    Script script = new Script(engines);
    script.run(TestEngine.OPEN + "c> P. 1:6(5) ack 1 \"Hello\"\n>s P. 1:7(6) ack 1 \"Howdy!\"\n");
    engines.stopCommitting();
    script.run(
        """
        c> P. 6:11(5) ack 1 "Hello"
        >s P. 7:13(6) ack 1 "Howdy!"
        s> . 1:1(0) ack 1 <sack 7:13>
        >c . 1:1(0) ack 1 <sack 6:11>
        s> . 1:1(0) ack 13
        >c . 1:1(0) ack 11
        """);
  }

  @Test
  @DisplayName("HDP-18 H-18 a FIN after acknowledged octets waits for its record, with a reason")
  void explainsAFinThatWaitsAfterAcknowledgedOctets() {
    open(SimpleAgents.replacing("Hello", "Hi"), CommitMode.STRICT);
    script.run(
        "c> P. 1:6(5) ack 1 \"Hello\"\n"
            + COMMITTED
            + """
            >s P. 1:3(2) ack 1 "Hi"
            s> . 1:1(0) ack 3
            >c . 1:1(0) ack 6
            """);
    long before = box.engine().counters().of(Reason.COMMIT_AWAITED);
    script.run("c> FP. 1:6(5) ack 1 \"Hello\"\n>c . 1:1(0) ack 6\nnothing\n");
    assertThat(box.engine().counters().of(Reason.COMMIT_AWAITED)).isEqualTo(before + 1);
  }
}
