package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.LateCommitsBox;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits for records of connections that were picked up in the middle. */
class PickUpRecordsTest {
  private static final long DELAY_NANOS = 10_000_000;

  private final LateCommitsBox box =
      new LateCommitsBox(
          TestEngine.inline(SimpleAgents.passing()).midStream(Policies.MidStream.PICK_UP),
          CommitMode.STRICT,
          DELAY_NANOS);

  @Test
  @DisplayName("HDP-18 C-67 the ACK of a FIN from before the pick-up waits for no record")
  void acknowledgesAtOnceWhatPassedBeforeThePickUp() {
    new Script(box)
        .run(
            """
            c> . 1:1(0) ack 55
            >s same
            at 0.05s
            c> F. 1:1(0) ack 56
            >s . 1:1(0) ack 56
            at 0.06s
            >s F. 1:1(0) ack 56
            """);
  }

  @Test
  @DisplayName("HDP-18 C-67 law 4 the ACK of decided octets from before the pick-up waits for none")
  void acknowledgesAtOnceDecidedOctetsFromBeforeThePickUp() {
    new Script(box)
        .run(
            """
            c> . 1:4(3) ack 55 "abc"
            >s . 1:1(0) ack 55
            s> . 55:55(0) ack 4
            >c same
            """);
  }

  @Test
  @DisplayName("HDP-18 C-67 a FIN that left after the pick-up is none that was acknowledged before")
  void notesNoFinThatLeftHere() {
    new Script(box)
        .run(
            """
            c> . 1:1(0) ack 55
            >s same
            s> . 55:55(0) ack 1
            >c same
            at 0.05s
            c> F. 1:1(0) ack 55
            at 0.1s
            >s F. 1:1(0) ack 55
            s> . 55:55(0) ack 2
            >c same
            """);
    assertThat(Connections.client(box.engine()).edits().fin().isAcknowledgedBefore()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("HDP-18 C-67 a FIN's ACK that waited for its record leaves with it after a pick-up")
  void showsWithheldAckAfterThePickUp(boolean finishes) {
    new Script(box)
        .run(
            """
            c> . 1:4(3) ack 55 "abc"
            >s . 1:1(0) ack 55
            at 0.05s
            >s . 1:4(3) ack 55 "abc"
            c> F. 7:7(0) ack 55
            nothing
            s> %1$s 55:55(0) ack 8
            >c . 55:55(0) ack 7
            at 0.1s
            >c %1$s 55:55(0) ack 8
            """
                .formatted(finishes ? "F." : "."));
  }

  @Test
  @DisplayName("HDP-18 C-67 repeated octets that wait for their record go into no custody")
  void takesNoCustodyAfterThePickUp() {
    new Script(box)
        .run(
            """
            c> . 1:4(3) ack 55 "abc"
            >s . 1:1(0) ack 55
            at 0.05s
            >s . 1:4(3) ack 55 "abc"
            s> . 55:55(0) ack 1 win 2
            >c same
            c> . 4:7(3) ack 55 "def"
            c> . 4:7(3) ack 55 "def"
            c> . 4:7(3) ack 55 "def"
            at 0.1s
            >s . 4:7(3) ack 55 "def"
            c> . 7:10(3) ack 55 "ghi"
            c> . 7:10(3) ack 55 "ghi"
            at 0.15s
            >s . 7:10(3) ack 55 "ghi"
            nothing
            """);
    assertThat(Connections.client(box.engine()).edits().custodyEnd()).isZero();
  }
}
