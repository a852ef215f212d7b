package dev.midstream.reassembly.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.HoldingAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the engine does with octets in custody when an endpoint or the agent ends. */
class CustodyEndTest {
  /** At "!" the agent releases the held octets; the engine retransmits the part in custody. */
  private static final String RELEASED =
      InCustody.HELD
          + """
          c> . 5:6(1) ack 1 "!"
          >s . 1:6(5) ack 1 "QUIT!"
          at 1.100s
          >s P. 1:5(4) ack 1 "QUIT"
          s> . 1:1(0) ack 6
          >c . 1:1(0) ack 6
          """;

  @Test
  @DisplayName("H-20 the sender's FIN leaves after the octets in custody")
  void sendsTheFinAfterOctetsInCustody() {
    InCustody.held(
        """
        c> F. 5:5(0) ack 1
        >s F. 1:5(4) ack 1 "QUIT"
        at 1.0s
        nothing
        at 1.100s
        >s P. 1:5(4) ack 1 "QUIT"
        s> . 1:1(0) ack 5 win 65531
        nothing
        s> . 1:1(0) ack 6
        >c . 1:1(0) ack 6
        """);
  }

  @Test
  @DisplayName("H-20 the sender's FIN while the agent needs more octets: its policy decides")
  void resetsAtAFinDuringANeed() {
    Engine engine =
        TestEngine.inline(HoldingAgents.everything())
            .onFailure(Policies.OnFailure.PASS, Policies.OnFailure.RESET)
            .open(
                InCustody.HELD
                    + """
                    c> F. 5:5(0) ack 1
                    >s R. 1:1(0) ack 1
                    >c R. 1:1(0) ack 5
                    """);
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isOne();
  }

  @Test
  @DisplayName("the receiver's FIN changes nothing in custody: the connection is half-closed")
  void keepsCustodyAfterTheFinOfTheReceiver() {
    InCustody.held(
        """
        s> F. 1:1(0) ack 1
        >c F. 1:1(0) ack 5
        c> . 5:5(0) ack 2
        >s . 1:1(0) ack 2
        c> . 5:7(2) ack 2 "\\r\\n"
        >s . 1:7(6) ack 2 "QUIT\\r\\n"
        s> . 2:2(0) ack 7
        >c . 2:2(0) ack 7
        """);
  }

  @Test
  @DisplayName("H-20 the sender's RST leaves exact, ends custody and leaves a tombstone")
  void endsCustodyAtAResetOfTheSender() {
    Engine engine =
        InCustody.owned(
            """
            c> R. 7:7(0) ack 1
            >s R. 1:1(0) ack 1
            >s R. 7:7(0) ack 1
            at 5.0s
            s> . 1:1(0) ack 7
            >s R 7:7(0)
            """);
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("H-20 the receiver's RST leaves exact, ends custody and leaves a tombstone")
  void endsCustodyAtAResetOfTheReceiver() {
    Engine engine =
        InCustody.owned(
            """
            s> R. 1:1(0) ack 7
            >c R. 1:1(0) ack 7
            at 5.0s
            c> . 7:8(1) ack 1
            >c R 1:1(0)
            """);
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("H-24 a new SYN passes; its SYN-ACK ends custody, not before")
  void endsCustodyAtTheSynAckOfANewSyn() {
    Engine engine =
        InCustody.owned(
            """
            c> S 90000:90000(0) win 65535 <mss 1460>
            >s same
            at 1.100s
            >s P. 1:5(4) ack 1 "QUIT"
            s> S. 70000:70000(0) ack 90001 win 65535 <mss 1460>
            >c same
            at 50.0s
            nothing
            """);
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName(
      "after a failure of the agent held octets pass and stay in custody until acknowledged")
  void passesHeldOctetsAfterAFailure() {
    Engine engine = TestEngine.inline(HoldingAgents.failingAt('!')).open(RELEASED);
    assertThat(engine.counters().of(Reason.AGENT_FAILED)).isOne();
    assertThat(engine.counters().of(Reason.CUSTODY_REPEATED)).isOne();
  }

  @Test
  @DisplayName("after a detach held octets pass and stay in custody until acknowledged")
  void passesHeldOctetsAfterADetach() {
    TestEngine.inline(HoldingAgents.detachingAt('!')).open(RELEASED);
  }
}
