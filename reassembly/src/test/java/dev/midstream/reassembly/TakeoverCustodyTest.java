package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Octets that the engine before took into custody. */
class TakeoverCustodyTest {
  /** Passes the client's first octet, does not see the next five, and waits for ten after them. */
  private static void skip(Direction direction, OctetView view, Decisions out) {
    if (direction == Direction.SERVER_TO_CLIENT || view.length() >= 10) {
      SimpleAgents.pass(view, out);
    } else if (view.start() == 0 && view.length() > 0) {
      out.pass(1);
      out.skip(5);
    }
  }

  @Test
  @DisplayName("HDP-17 H-33 opaque octets below the custody have arrived: only those kept are sent")
  void repeatsOnlyWhatIsKept() {
    LambdaAgent agent = LambdaAgent.by(TakeoverCustodyTest::skip).maxHold(100);
    Succession engines = new Succession(TestEngine.inline(agent), CommitMode.STRICT);
    Script script = new Script(engines);
    script.run(TestEngine.OPEN);
    script.run(
        """
        c> P. 4:10(6) ack 1 "defghi"
        >c . 1:1(0) ack 1 <sack 4:10>
        c> P. 1:2(1) ack 1 "a"
        >s P. 1:2(1) ack 1 "a"
        >s . 4:7(3) ack 1 "def"
        c> P. 2:4(2) ack 1 "bc"
        >s same
        s> . 1:1(0) ack 4
        >c . 1:1(0) ack 10 win 65529
        """);
    engines.takeOver(script.nowNanos());
    script.run(
        """
        at 0.1s
        >s . 3:3(0) ack 1
        >c . 0:0(0) ack 10 win 65526
        """);
    engines.engine().forEachConnection(TakeoverCustodyTest::requireOnlyUnacknowledged);
    script.run(
        """
        at 1.1s
        >s P. 4:7(3) ack 1 "def"
        s> . 1:1(0) ack 7
        >c . 1:1(0) ack 10 win 65532
        """);
  }

  private static void requireOnlyUnacknowledged(Connection connection) {
    Stream stream = connection.stream(Direction.CLIENT_TO_SERVER);
    assertThat(stream.acknowledged()).isEqualTo(3);
    assertThat(stream.edits().firstCopies().length()).isEqualTo(3);
  }
}
