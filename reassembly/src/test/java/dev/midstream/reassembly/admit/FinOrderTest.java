package dev.midstream.reassembly.admit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A FIN and octets beyond it: what is in order first is right. */
class FinOrderTest {
  private final List<String> views = new ArrayList<>();

  private LambdaAgent recording() {
    return LambdaAgent.by((direction, view, out) -> {
      views.add(view.start() + ":" + SimpleAgents.text(view));
      SimpleAgents.pass(view, out);
    });
  }

  @Test
  @DisplayName("C-36 inline, a FIN in order leaves although octets beyond it came before")
  void acceptsFinBelowForgedOctets() {
    Engine engine =
        TestEngine.inline(recording())
            .open(
                """
                c> . 8:10(2) ack 1 "xy"
                >c . 1:1(0) ack 1 <sack 8:10>
                c> . 1:4(3) ack 1 "abc"
                >s same
                c> F. 4:4(0) ack 1
                >s same
                s> . 1:1(0) ack 5
                >c same
                """);
    assertThat(views).containsExactly("0:abc", "3:");
    assertThat(engine.counters().of(Reason.DELAYED)).isOne();
  }

  @Test
  @DisplayName("C-36 inline, a FIN with octets in order ends the stream before delayed ones")
  void endsBeforeDelayedOctets() {
    TestEngine.inline(recording())
        .open(
            """
            c> . 3:10(7) ack 1 "cdefghi"
            >c . 1:1(0) ack 1 <sack 3:10>
            c> F. 1:4(3) ack 1 "abc"
            >s same
            s> . 1:1(0) ack 5
            >c same
            """);
    assertThat(views).containsExactly("0:abc");
  }

  @Test
  @DisplayName("C-36 inline, octets in order withdraw a FIN that waits behind a gap")
  void withdrawsForgedFin() {
    TestEngine.inline(recording())
        .open(
            """
            c> F. 3:3(0) ack 1
            c> . 1:6(5) ack 1 "abcde"
            >s same
            c> F. 6:6(0) ack 1
            >s same
            s> . 1:1(0) ack 7
            >c same
            """);
    assertThat(views).containsExactly("0:abcde", "5:");
  }

  @Test
  @DisplayName("C-36 C-69 a FIN that waits behind a gap of a recording stays beside octets beyond")
  void keepsFinOfRecordingBesideStrayOctets() {
    TestEngine.of(recording())
        .open(
            """
            c> F. 4:4(0) ack 1
            c> . 8:10(2) ack 1 "xy"
            c> . 1:4(3) ack 1 "abc"
            >s F. 1:4(3) ack 1 "abc"
            s> . 1:1(0) ack 5
            >c same
            """);
    assertThat(views).containsExactly("0:abc");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " badsum"})
  @DisplayName("C-36 C-69 a stray segment ahead does not hide the FIN of a recording")
  void acceptsFinOfRecordingBelowStrayOctets(String sum) {
    TestEngine test = TestEngine.of(recording());
    Scripts.of(test.engine())
        .run(
            TestEngine.OPEN
                + """
                c> . 8:10(2) ack 1 "xy"%s
                c> . 1:4(3) ack 1 "abc"
                >s same
                c> F. 4:4(0) ack 1
                >s same
                s> . 1:1(0) ack 5
                >c same
                end
                nothing
                """
                    .formatted(sum));
    assertThat(views).containsExactly("0:abc", "3:");
  }

  @Test
  @DisplayName("C-36 inline, octets beyond a FIN that waits behind a gap are refused")
  void refusesOctetsBeyondWaitingFin() {
    Engine engine =
        TestEngine.inline(recording())
            .open(
                """
                c> F. 6:6(0) ack 1
                c> . 8:10(2) ack 1 "xy"
                >c . 1:1(0) ack 1
                c> . 1:6(5) ack 1 "abcde"
                >s F. 1:6(5) ack 1 "abcde"
                """);
    assertThat(views).containsExactly("0:abcde");
    assertThat(engine.counters().of(Reason.OUT_OF_WINDOW)).isOne();
  }

  @Test
  @DisplayName("C-36 octets beyond the FIN of a recording never leave, not at its end either")
  void forgetsStrayOctetsAtTheEnd() {
    TestEngine test = TestEngine.of(recording());
    Engine engine = test.engine();
    Scripts.of(engine)
        .run(
            TestEngine.OPEN
                + """
                c> F. 4:4(0) ack 1
                c> . 8:10(2) ack 1 "xy"
                c> . 1:4(3) ack 1 "abc"
                >s F. 1:4(3) ack 1 "abc"
                end
                nothing
                """);
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("C-36 H-41 a FIN before octets that came in order is none")
  void ignoresFinBeforeOctetsInOrder() {
    Engine engine =
        TestEngine.inline(recording())
            .open(
                """
                c> . 1:11(10) ack 1
                >s same
                c> F. 5:5(0) ack 1
                c> F. 3:5(2) ack 1
                >s . 3:5(2) ack 1
                c> . 11:13(2) ack 1
                >s same
                """);
    assertThat(engine.counters().of(Reason.OUT_OF_WINDOW)).isEqualTo(2);
  }
}
