package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.FirstCopies;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Records without the octets that passed: another engine goes on with them once their sender has
 * repeated them.
 */
class FirstCopiesTest {
  private static final String A300 = "a".repeat(300);
  private static final String B300 = "b".repeat(300);
  private static final String Y300 = "y".repeat(300);

  private Succession engines = successionOf(LineAgents.passing());
  private Script script = new Script(engines);

  private static Succession successionOf(Agent<?> agent) {
    return new Succession(TestEngine.inline(agent), CommitMode.ON_CHANGE, FirstCopies.COMMANDS);
  }

  private void play(Agent<?> agent, String lines) {
    engines = successionOf(agent);
    script = new Script(engines);
    script.run(lines);
  }

  private static Agent<?> replacing() {
    return SimpleAgents.replacing("Hello", "Hi");
  }

  /** 300 octets that pass, an edit, and 300 octets that pass, which leave and are in no record. */
  private void playEdit() {
    play(
        replacing(),
        TestEngine.OPEN
            + """
            c> P. 1:606(605) ack 1 "%sHello%s"
            >s P. 1:603(602) ack 1 "%sHi%s"
            """
                .formatted(A300, B300, A300, B300));
  }

  private long count(Reason reason) {
    return engines.engine().counters().of(reason);
  }

  @Test
  @DisplayName("HDP-17 what passed leaves again as its sender repeats it, with the recorded edit")
  void sendsWhatIsRepeated() {
    playEdit();
    engines.takeOver(0);
    script.run(
        """
        at 1s
        c> P. 1:606(605) ack 1 "%sHello%s"
        >s P. 1:603(602) ack 1 "%sHi%s"
        s> . 1:1(0) ack 603
        >c . 1:1(0) ack 606
        """
            .formatted(A300, B300, A300, B300));
  }

  @Test
  @DisplayName("HDP-17 repeated octets that are cut otherwise leave with the whole edit")
  void sendsSegmentsOfOtherSizes() {
    playEdit();
    engines.takeOver(0);
    script.run(
        """
        at 1s
        c> . 1:302(301) ack 1 "%sH"
        >s . 1:303(302) ack 1 "%sHi"
        c> . 302:350(48) ack 1 "ello%s"
        >s . 301:347(46) ack 1 "Hi%s"
        c> P. 350:606(256) ack 1 "%s"
        >s P. 347:603(256) ack 1 "%s"
        s> . 1:1(0) ack 603
        >c . 1:1(0) ack 606
        """
            .formatted(
                A300, A300, "b".repeat(44), "b".repeat(44), "b".repeat(256), "b".repeat(256)));
  }

  @Test
  @DisplayName("HDP-17 law 2: what was repeated once is a first copy again")
  void keepsWhatWasRepeated() {
    playEdit();
    engines.takeOver(0);
    script.run(
        """
        at 1s
        c> . 1:301(300) ack 1 "%s"
        >s . 1:301(300) ack 1 "%s"
        at 2s
        c> . 1:301(300) ack 1 "%s"
        >s . 1:301(300) ack 1 "%s"
        """
            .formatted(A300, A300, B300, A300));
    assertThat(count(Reason.INCONSISTENT_RETRANSMISSION)).isOne();
  }

  @Test
  @DisplayName("HDP-17 new octets beyond those that are missing leave, if these may have left")
  void sendsNewOctetsBehindWhatMayHaveLeft() {
    playEdit();
    engines.takeOver(0);
    script.run(
        """
        at 1s
        c> P. 606:611(5) ack 1 "Hello"
        >s P. 603:605(2) ack 1 "Hi"
        s> . 1:1(0) ack 1 <sack 603:605>
        >c . 1:1(0) ack 1 <sack 606:611>
        c> . 1:606(605) ack 1 "%sHello%s"
        >s . 1:603(602) ack 1 "%sHi%s"
        s> . 1:1(0) ack 605
        >c . 1:1(0) ack 611
        """
            .formatted(A300, B300, A300, B300));
  }

  /** 300 octets of an edit and 100 that passed leave; 200 that passed wait for the window. */
  private void playWaiting(String flags) {
    play(
        SimpleAgents.replacing("x", Y300),
        Opening.of("<mss 1460,sackOK>", "win 400 <mss 1460,sackOK>", "")
            + """
            c> %sP. 1:302(301) ack 1 "x%s"
            >s P. 1:401(400) ack 1 "%s%s"
            """
                .formatted(flags, A300, Y300, "a".repeat(100)));
  }

  @Test
  @DisplayName("HDP-17 octets that waited for the window wait until their sender repeats them")
  void waitsForTheSender() {
    playWaiting("");
    engines.takeOver(0);
    script.run(
        """
        at 1s
        s> . 1:1(0) ack 401 win 400
        >c . 1:1(0) ack 102
        at 2s
        nothing
        c> P. 102:302(200) ack 1 "%s"
        >s P. 401:601(200) ack 1 "%s"
        s> . 1:1(0) ack 601 win 400
        >c . 1:1(0) ack 302
        """
            .formatted("a".repeat(200), "a".repeat(200)));
  }

  @Test
  @DisplayName("HDP-17 new octets behind those that are missing wait, and are reported")
  void waitsBehindWhatIsMissing() {
    playWaiting("");
    engines.takeOver(0);
    script.run(
        """
        at 1s
        s> . 1:1(0) ack 401 win 400
        >c . 1:1(0) ack 102
        c> P. 302:303(1) ack 1 "z"
        >s . 400:400(0) ack 1
        >c . 1:1(0) ack 102 <nop,nop,sack 302:303>
        """);
    assertThat(count(Reason.REPETITION_AWAITED)).isOne();
    script.run(
        """
        c> P. 102:302(200) ack 1 "%s"
        >s P. 401:602(201) ack 1 "%sz"
        """
            .formatted("a".repeat(200), "a".repeat(200)));
  }

  @Test
  @DisplayName("HDP-17 a FIN behind octets that are missing leaves with them")
  void sendsTheFinBehindWhatIsMissing() {
    playWaiting("F");
    engines.takeOver(0);
    script.run(
        """
        at 1s
        s> . 1:1(0) ack 401 win 400
        >c . 1:1(0) ack 102
        c> F. 302:302(0) ack 1
        >s . 400:400(0) ack 1
        >c . 1:1(0) ack 102
        c> FP. 102:302(200) ack 1 "%s"
        >s FP. 401:601(200) ack 1 "%s"
        """
            .formatted("a".repeat(200), "a".repeat(200)));
  }

  @Test
  @DisplayName("H-18 octets that passed are in the record that lets them go into custody")
  void recordsWhatGoesIntoCustody() {
    playWaiting("");
    script.run(
        """
        s> . 1:1(0) ack 401 win 0
        >c . 1:1(0) ack 102
        at 1s
        c> P. 102:302(200) ack 1 "%s"
        >s . 400:400(0) ack 1
        >c . 1:1(0) ack 102
        at 2s
        c> P. 102:302(200) ack 1 "%s"
        >s . 400:400(0) ack 1
        >c . 1:1(0) ack 102
        >c . 1:1(0) ack 302 win 99
        """
            .formatted("a".repeat(200), "a".repeat(200)));
    engines.takeOver(3_000_000_000L);
    script.run(
        """
        at 3.5s
        >s . 400:400(0) ack 1
        >c . 0:0(0) ack 302 win 99
        s> . 1:1(0) ack 401 win 400
        >c . 1:1(0) ack 302 win 200
        >s . 401:601(200) ack 1 "%s"
        """
            .formatted("a".repeat(200)));
  }

  @Test
  @DisplayName("HDP-17 what is missing beside a deletion leaves around it")
  void sendsAroundADeletion() {
    play(
        SimpleAgents.replacing("Hello", ""),
        TestEngine.OPEN
            + """
            c> P. 1:606(605) ack 1 "%sHello%s"
            >s P. 1:601(600) ack 1 "%s%s"
            """
                .formatted(A300, B300, A300, B300));
    engines.takeOver(0);
    script.run(
        """
        at 1s
        c> . 1:303(302) ack 1 "%sHe"
        >s . 1:301(300) ack 1 "%s"
        c> P. 303:606(303) ack 1 "llo%s"
        >s P. 301:601(300) ack 1 "%s"
        s> . 1:1(0) ack 601
        >c . 1:1(0) ack 606
        """
            .formatted(A300, A300, B300, B300));
  }

  @Test
  @DisplayName("HDP-17 opaque octets and others that are missing leave from one repeated segment")
  void sendsOpaqueOctetsWithOthers() {
    play(
        SimpleAgents.skipping(),
        TestEngine.OPEN
            + """
            c> P. 1:302(301) ack 1 "x%s"
            >s P. 1:303(302) ack 1 "yy%s"
            c> P. 302:307(5) ack 1 "S1234"
            >s P. 303:308(5) ack 1 "S1234"
            c> P. 307:311(4) ack 1 "5678"
            >s P. 308:312(4) ack 1 "5678"
            """
                .formatted(A300, A300));
    engines.takeOver(0);
    script.run(
        """
        at 1s
        c> P. 1:311(310) ack 1 "x%sS12345678"
        >s P. 1:312(311) ack 1 "yy%sS12345678"
        """
            .formatted(A300, A300));
  }

  /** Deletes and answers the client's lines; the server's "x" becomes 300 octets. */
  private static Agent<?> answering() {
    return LambdaAgent.by(
            (direction, view, out) -> {
              if (direction == Direction.CLIENT_TO_SERVER) {
                LineAgents.deny(view, out, "", "no\n");
              } else {
                boolean isEdit = SimpleAgents.text(view).startsWith("x");
                if (isEdit) {
                  out.replace(1, Octets.ofText(Y300));
                }
                out.pass(view.length() - (isEdit ? 1 : 0));
              }
            })
        .exactly();
  }

  @Test
  @DisplayName("HDP-17 both ends are asked if a reply waits behind octets that may have arrived")
  void asksForWhatMayHaveArrived() {
    play(
        answering(),
        Opening.of("win 400 <mss 1460>", "win 400 <mss 1460>", "win 400")
            + """
            s> P. 1:302(301) ack 1 win 400 "x%s"
            >c P. 1:401(400) ack 1 "%s%s"
            """
                .formatted(A300, Y300, "a".repeat(100)));
    engines.takeOver(0);
    script.run(
        """
        at 1s
        c> P. 1:6(5) ack 401 win 400 "STAT\\n"
        >s . 0:0(0) ack 102 win 400
        >s . 1:1(0) ack 102 win 400
        at 4s
        >s . 0:0(0) ack 102 win 400
        >c . 400:400(0) ack 1 win 400
        c> . 6:6(0) ack 601 win 400
        >s . 1:1(0) ack 302 win 397
        >c P. 601:604(3) ack 6 win 400 "no\\n"
        """);
  }

  @Test
  @DisplayName("HDP-17 no custody is taken of held octets behind those that are missing")
  void takesNoCustodyBehindWhatIsMissing() {
    play(
        LineAgents.passing().exactly(),
        TestEngine.OPEN
            + """
            c> P. 1:301(300) ack 1 "%s\\n"
            >s same
            """
                .formatted("a".repeat(299)));
    engines.takeOver(0);
    script.run(
        """
        at 1s
        c> P. 301:305(4) ack 1 "QUIT"
        >s . 0:0(0) ack 1
        s> . 1:1(0) ack 1
        at 3s
        nothing
        """);
    assertThat(count(Reason.COPY_AWAITED)).isZero();
    script.run(
        """
        c> P. 1:301(300) ack 1 "%s\\n"
        >c . 1:1(0) ack 305 win 65231
        >s same
        """
            .formatted("a".repeat(299)));
    assertThat(count(Reason.CUSTODY)).isOne();
  }
}
