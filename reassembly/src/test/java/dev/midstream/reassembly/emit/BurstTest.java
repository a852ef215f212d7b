package dev.midstream.reassembly.emit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.script.Talk;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How many segments leave for one packet of which an agent makes many. */
class BurstTest {
  private static final long MILLI = 1_000_000L;
  private static final int MOST = 45;
  private static final int SEGMENT_BYTES = 100;

  /** The offset of the octet that the agent replaces. */
  private static final int AT = 'a';

  private static final int GROWN_BYTES = 20_000;
  private static final int END = AT + GROWN_BYTES;

  private static Talk open() {
    TestEngine engine = TestEngine.inline("a", "b".repeat(GROWN_BYTES));
    return new Talk(engine.engine(), Ends.IPV4, 0, "mss " + SEGMENT_BYTES);
  }

  @Test
  @DisplayName("H-11 law 6 one octet that grows to 200 segments sends 45, then two for each packet")
  void limitsWhatAnAgentMakesOfOnePacket() {
    Talk talk = open();
    talk.at(80 * MILLI).client(0, AT + 1);
    assertThat(talk.takeSegments()).isEqualTo(MOST);
    talk.server(SEGMENT_BYTES);
    assertThat(talk.takeSegments()).isEqualTo(2);
    talk.runTimers(200 * MILLI);
    assertThat(talk.newReleased()).isEqualTo(END);
  }

  @Test
  @DisplayName("H-11 law 6 a window that opens over 190 segments sends 45, the rest is paced")
  void limitsWhatAWindowOpens() {
    Talk talk = open().window(10 * SEGMENT_BYTES);
    talk.server(0);
    talk.client(0, AT + 1);
    assertThat(talk.takeSegments()).isEqualTo(10);
    talk.at(80 * MILLI).window(60_000).server(10 * SEGMENT_BYTES);
    assertThat(talk.takeSegments()).isEqualTo(MOST);
    talk.server(10 * SEGMENT_BYTES);
    assertThat(talk.takeSegments()).isEqualTo(2);
    talk.runTimers(81 * MILLI);
    assertThat(talk.takeSegments()).isBetween(1, MOST - 1);
    talk.runTimers(200 * MILLI);
    assertThat(talk.newReleased()).isEqualTo(END);
  }

  @Test
  @DisplayName(
      "H-11 law 6 a retransmitted octet that grew repeats 45 segments, the engine the rest")
  void limitsWhatARetransmissionRepeats() {
    Talk talk = open();
    talk.client(0, AT + 1);
    talk.runTimers(200 * MILLI);
    assertThat(talk.newReleased()).isEqualTo(END);
    talk.takeSegments();
    talk.client(AT, 1);
    assertThat(talk.takeSegments()).isEqualTo(MOST);
    assertThat(talk.stream().edits().custodyEnd()).isEqualTo(AT + 1);
    talk.client(AT, 1);
    assertThat(talk.takeSegments()).isZero();
    int repeated = AT - AT % SEGMENT_BYTES + MOST * SEGMENT_BYTES;
    talk.at(280 * MILLI).server(repeated);
    assertThat(talk.takeSegments()).isEqualTo(2);
  }

  @Test
  @DisplayName("H-11 law 3 law 6 so does one with a new octet, which the receiver acknowledges")
  void limitsWhatAPartlyNewSegmentRepeats() {
    Talk talk = open();
    talk.client(0, AT + 1);
    talk.runTimers(200 * MILLI);
    talk.takeSegments();
    talk.client(AT, 2);
    assertThat(talk.takeSegments()).isEqualTo(MOST + 1);
    assertThat(talk.newReleased()).isEqualTo(END + 1);
    assertThat(talk.stream().edits().custodyEnd()).isEqualTo(AT + 1);
  }

  @Test
  @DisplayName("H-11 law 3 insertions after the octets of a segment do not leave again with it")
  void repeatsNoLongInsertionAfterTheOctets() {
    Octets inserted = Octets.ofText("b".repeat(GROWN_BYTES));
    TestEngine engine =
        TestEngine.inline(
            LambdaAgent.onClient((view, out) -> {
              SimpleAgents.pass(view, out);
              out.replace(0, inserted);
            }));
    Talk talk = new Talk(engine.engine(), Ends.IPV4, 0, "mss " + SEGMENT_BYTES);
    talk.client(0, AT);
    talk.runTimers(200 * MILLI);
    assertThat(talk.newReleased()).isEqualTo(END);
    talk.takeSegments();
    talk.client(0, AT);
    assertThat(talk.takeSegments()).isOne();
    assertThat(talk.stream().edits().custodyEnd()).isZero();
    talk.server(AT);
    assertThat(talk.stream().newOwned()).isEqualTo(END);
    talk.runTimers(1_200 * MILLI);
    assertThat(talk.takeSegments()).isOne();
    talk.server(AT + SEGMENT_BYTES);
    assertThat(talk.takeSegments()).isEqualTo(2);
  }
}
