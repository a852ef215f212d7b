package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Script;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * An agent edits, skips more octets than there are sequence numbers, and edits again, while wires
 * lose packets and engines die, also before the edits around the skip are acknowledged.
 */
class LossyLongSkipTakeoverTest {
  private static final long SKIPPED = 5_000_000_000L;
  private static final int PART = 50_000;
  private static final int EDITS = 10;
  private static final String GREETING = "Hello";
  private static final String EDITED = "Hi";
  private static final int EDITED_ENDS = EDITS * GREETING.length();
  private static final long END = 2L * EDITED_ENDS + SKIPPED;
  private static final double LOSS = 0.001;
  private static final String SCALED = "win 65535 <mss 1460,sackOK,wscale 5>";

  /** Segments that the client sends before each death while the server says nothing. */
  private static final int UNANSWERED = 14;

  /**
   * What is acknowledged at least when the engines die. Where records are lost, those of what is
   * acknowledged are older than an interval.
   */
  private static final long[] DEATHS = {
    0, SKIPPED / 4, SKIPPED / 2, SKIPPED / 2 + 1_000_000_000, EDITED_ENDS + SKIPPED - 2L * PART
  };

  private static void decide(OctetView view, Decisions out) {
    long start = view.start();
    int at = 0;
    while (view.length() - at >= GREETING.length() && start + at != EDITED_ENDS) {
      out.replace(GREETING.length(), Octets.ofText(EDITED));
      at += GREETING.length();
    }
    if (start + at == EDITED_ENDS) {
      out.skip(SKIPPED);
    }
  }

  private static Octets segment(long position) {
    long skippedEnd = EDITED_ENDS + SKIPPED;
    if (position >= EDITED_ENDS && position < skippedEnd) {
      return Octets.of(new byte[(int) Math.min(PART, skippedEnd - position)]);
    }
    byte[] greeting = GREETING.getBytes(StandardCharsets.UTF_8);
    long ofEdits = position < EDITED_ENDS ? position : position - SKIPPED;
    int from = (int) (ofEdits % greeting.length);
    return position >= END
        ? Octets.empty()
        : Octets.of(Arrays.copyOfRange(greeting, from, greeting.length));
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @DisplayName(
      "HDP-17 HDP-18 H-4 law 9 engines die around a skip of 5 GB with edits in flight, over wires that lose")
  void keepsTheStream(CommitMode mode) {
    LambdaAgent agent = LambdaAgent.onClient(LossyLongSkipTakeoverTest::decide).exactly();
    Succession engines = new Succession(TestEngine.inline(agent), mode);
    new Script(engines).run(Opening.of(SCALED, SCALED, "win 65535"));
    LossyTransfer transfer =
        new LossyTransfer(
            engines, LossyLongSkipTakeoverTest::segment, LOSS, mode.name().hashCode());
    for (int i = 0; i < DEATHS.length; i++) {
      while (transfer.acknowledged() < DEATHS[i]) {
        transfer.step();
      }
      die(engines, transfer, i % 2 == 1);
    }
    while (transfer.acknowledged() < END) {
      transfer.step();
    }
    assertThat(new String(transfer.kept(), StandardCharsets.UTF_8))
        .isEqualTo(EDITED.repeat(2 * EDITS));
    assertThat(transfer.received()).isEqualTo(2L * EDITS * EDITED.length() + SKIPPED);
    assertThat(transfer.resets()).isZero();
  }

  /** The engine dies while the server is silent, perhaps with all records since. */
  private static void die(Succession engines, LossyTransfer transfer, boolean losesRecords) {
    if (losesRecords) {
      engines.stopCommitting();
    }
    transfer.silence(true);
    for (int i = 0; i < UNANSWERED; i++) {
      transfer.step();
    }
    engines.takeOver(transfer.nowNanos());
    transfer.silence(false);
  }
}
