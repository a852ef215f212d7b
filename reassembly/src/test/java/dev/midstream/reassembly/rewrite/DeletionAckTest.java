package dev.midstream.reassembly.rewrite;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The ACK of deleted octets when what follows them is lost after the box, or is a reply. */
class DeletionAckTest {
  @Test
  @DisplayName("H-26 a deleted octet before a lost FIN is acknowledged when it comes again")
  void acknowledgesADeletionBeforeALostFin() {
    LambdaAgent deletingAtTheEnd =
        LambdaAgent.onClient((view, out) -> {
          if (view.endOfStream() && view.length() > 0) {
            out.replace(view.length(), Octets.empty());
          }
        });
    TestEngine.inline(deletingAtTheEnd)
        .open(
            """
            c> P. 1:2(1) ack 1 "x"
            c> F. 2:2(0) ack 1
            >s FP. 1:1(0) ack 1
            at 1.000s
            c> P. 1:2(1) ack 1 "x"
            >c . 1:1(0) ack 2
            at 3.000s
            c> F. 2:2(0) ack 1
            >s F. 1:1(0) ack 1
            s> . 1:1(0) ack 2
            >c . 1:1(0) ack 3
            """);
  }

  @Test
  @DisplayName("H-26 the same if the FIN came before the octet")
  void acknowledgesADeletionBeforeALostFinAfterAGap() {
    TestEngine.inline("x", "")
        .open(
            """
            c> F. 2:2(0) ack 1
            c> P. 1:2(1) ack 1 "x"
            >s FP. 1:1(0) ack 1
            at 1.000s
            c> P. 1:2(1) ack 1 "x"
            >c . 1:1(0) ack 2
            """);
  }

  @Test
  @DisplayName("H-26 a deleted octet before a lost octet is acknowledged when it comes again")
  void acknowledgesADeletionBeforeALostOctet() {
    LambdaAgent deletingTheFirstOfTwo =
        LambdaAgent.onClient((view, out) -> {
          if (view.length() >= 2) {
            out.replace(1, Octets.empty());
            out.pass(view.length() - 1);
          }
        });
    TestEngine.inline(deletingTheFirstOfTwo)
        .open(
            """
            c> P. 1:2(1) ack 1 "x"
            c> P. 2:3(1) ack 1 "y"
            >s P. 1:2(1) ack 1 "y"
            at 1.000s
            c> P. 1:2(1) ack 1 "x"
            >c . 1:1(0) ack 2
            at 3.000s
            c> P. 2:3(1) ack 1 "y"
            >s P. 1:2(1) ack 1 "y"
            s> . 1:1(0) ack 2
            >c . 1:1(0) ack 3
            """);
  }

  @Test
  @DisplayName("H-26 a deletion before a reply is acknowledged at once: the box owns the reply")
  void ownsAReplyBehindADeletion() {
    LambdaAgent answering =
        LambdaAgent.onClient((view, out) -> {
          out.replace(view.length(), Octets.empty());
          out.reply(Direction.CLIENT_TO_SERVER, Octets.ofText("rrr"));
        });
    TestEngine.inline(answering)
        .open(
            """
            c> P. 1:2(1) ack 1 "x"
            >s P. 1:4(3) ack 1 "rrr"
            >c . 1:1(0) ack 2
            at 1.000s
            >s P. 1:4(3) ack 1 "rrr"
            """);
  }
}
