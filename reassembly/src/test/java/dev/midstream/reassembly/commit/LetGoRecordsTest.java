package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Connections that a rule gave to an agent, and that no agent can edit: they pass, also at an
 * engine that resets connections whose opening it has not seen.
 */
class LetGoRecordsTest {
  private final Succession box =
      new Succession(
          TestEngine.inline("Hello", "Hi").midStream(MidStream.RESET), CommitMode.ON_CHANGE);

  private final Script script = new Script(box);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("HDP-17 C-47 a connection with an option that forbids edits passes after a takeover")
  void passesWithAForbiddingOption(boolean ofClient) {
    String option = "<raw 1d040102>";
    script.run(
        """
        c> S 0:0(0) %s
        >s same
        s> S. 0:0(0) ack 1 %s
        >c same
        c> . 1:1(0) ack 1
        >s same
        c> P. 1:6(5) ack 1 "Hello"
        >s same
        """
            .formatted(ofClient ? option : "", ofClient ? "" : option));
    assertThat(box.engine().counters().of(Reason.OPTION_FORBIDS)).isOne();
    box.takeOver(0);
    script.run("s> P. 1:6(5) ack 6 \"Hello\"\n>c same\nc> P. 6:11(5) ack 6 \"Hello\"\n>s same\n");
    assertThat(onlyOneLetGo().seen().onlyDirection()).isNull();
  }

  @Test
  @DisplayName("HDP-17 C-68 a connection with one visible direction passes after a takeover")
  void passesOneSided() {
    script.run("c> S 0:0(0)\n>s same\nc> . 1:4(3) ack 1 \"cat\"\n>s same\n");
    assertThat(box.engine().counters().of(Reason.ONE_SIDED)).isOne();
    box.takeOver(0);
    script.run("c> P. 4:9(5) ack 1 \"Hello\"\n>s same\n");
    assertThat(onlyOneLetGo().seen().onlyDirection()).isEqualTo(Direction.CLIENT_TO_SERVER);
  }

  @Test
  @DisplayName("HDP-17 C-68 the other direction is refused after a takeover, as before it")
  void refusesTheOtherDirection() {
    script.run("c> S 0:0(0)\n>s same\nc> . 1:2(1) ack 77 \"x\"\n>s same\n");
    box.takeOver(0);
    script.run("s> S. 0:0(0) ack 1\n>s R 1:1(0)\n");
    assertThat(box.engine().counters().of(Reason.NOT_WHOLE)).isOne();
  }

  private Connection onlyOneLetGo() {
    assertThat(box.engine().counters().of(Reason.TAKEN_OVER)).isOne();
    assertThat(box.engine().counters().of(Reason.MID_STREAM)).isZero();
    Connection connection = Connections.only(box.engine());
    assertThat(connection.handling()).isEqualTo(Handling.UNTOUCHED);
    return connection;
  }
}
