package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.StateCodec;
import dev.midstream.reassembly.script.LateCommitsBox;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * An agent does not write its state: what waits for the record leaves, although none is committed.
 * A SYN-ACK of the next connection waits for a record of its own.
 */
class UnwrittenRecordsTest {
  private static final Ends NEXT = Ends.IPV4.withIsns(88_888, 99_999);

  private final Codec codec = new Codec();
  private final LateCommitsBox box = box(codec);
  private final Script script = new Script(box);

  /** Writes no state once it is broken. */
  private static final class Codec implements StateCodec<Integer> {
    private boolean broken;

    @Override
    public int version() {
      return 1;
    }

    @Override
    public byte[] encode(Integer state) {
      if (broken) {
        throw new IllegalStateException("broken");
      }
      return new byte[] {state.byteValue()};
    }

    @Override
    public Integer decode(int version, byte[] octets) {
      return (int) octets[0];
    }
  }

  /** Passes all, and counts its calls. Each record is committed after 10 ms. */
  private static LateCommitsBox box(Codec codec) {
    LambdaAgent agent =
        LambdaAgent.withState(
                (state, direction, view, out) -> {
                  SimpleAgents.pass(view, out);
                  return state + 1;
                })
            .withCodec(codec);
    return new LateCommitsBox(TestEngine.inline(agent), CommitMode.STRICT, 10_000_000);
  }

  private void open() {
    script.run(
        Opening.recorded(CommitMode.STRICT)
            + """
            at 0.05s
            c> P. 1:6(5) ack 1 "Hello"
            at 0.06s
            >s P. 1:6(5) ack 1 "Hello"
            at 0.1s
            """);
    codec.broken = true;
  }

  @Test
  @DisplayName("H-18 H-24 C-75 a SYN leaves at once if the record that tells it is not written")
  void sendsACompetingSynAtOnce() {
    open();
    script
        .between(NEXT)
        .run(
            """
            c> S 0:0(0) win 65535 <mss 1460>
            at 0.101s
            >s S 0:0(0) win 65535 <mss 1460>
            s> S. 0:0(0) ack 1 win 65535 <mss 1460>
            at 0.110s
            at 0.111s
            >c S. 0:0(0) ack 1 win 65535 <mss 1460>
            """);
    assertThat(box.engine().connections()).isOne();
  }

  @Test
  @DisplayName("H-18 C-75 octets leave at once if the record of their decision is not written")
  void sendsOctetsAtOnce() {
    open();
    script.run(
        """
        c> P. 6:11(5) ack 1 "World"
        at 0.101s
        >s P. 6:11(5) ack 1 "World"
        s> . 1:1(0) ack 11
        >c . 1:1(0) ack 11
        """);
  }
}
