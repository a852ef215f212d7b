package dev.midstream.agents.smtp;

import static dev.midstream.agents.smtp.SmtpPlaybook.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agents.smtp.Message.Field;
import dev.midstream.agents.smtp.Message.Mark;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SmtpCodecTest {
  private static final SmtpCodec CODEC = new SmtpCodec(policy("").limits());
  private static final Message MESSAGE =
      new Message(
          EnumSet.of(Mark.HEADER, Mark.LONG), Field.TYPE, "text/plain", "8bit", List.of("a", "b"));
  private static final SmtpState STATE =
      SmtpState.of(policy("").limits(), true, true)
          .with(Phase.TEXT)
          .with(
              Session.of(true)
                  .greeted(true, true)
                  .withRecipient()
                  .withAccepted(2)
                  .withChunkBytes(300)
                  .withChunkFailed(true)
                  .withAnswers(3))
          .with(new Text(false, 1_000_000_000_000L, true, MESSAGE));

  /** What version 1 wrote; every later version must read it. */
  private static final String VERSION_1 =
      "0101010100080101010102ac0201030080a094a58d1d0102010a010a7465"
          + "78742f706c61696e04386269740201610162";

  @Test
  @DisplayName("LD-12 a state is the same after its octets")
  void readsWhatItWrites() {
    assertThat(CODEC.decode(1, CODEC.encode(STATE))).isEqualTo(STATE);
    assertThat(HexFormat.of().formatHex(CODEC.encode(STATE))).isEqualTo(VERSION_1);
  }

  @Test
  @DisplayName("LD-12 damaged octets and unknown versions are refused")
  void refusesDamage() {
    byte[] octets = CODEC.encode(STATE);
    for (int length = 0; length < octets.length; length++) {
      byte[] cut = Arrays.copyOf(octets, length);
      assertThatThrownBy(() -> CODEC.decode(1, cut)).isInstanceOf(IllegalArgumentException.class);
    }
    byte[] longer = Arrays.copyOf(octets, octets.length + 1);
    assertThatThrownBy(() -> CODEC.decode(1, longer)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CODEC.decode(2, octets)).isInstanceOf(IllegalArgumentException.class);
  }
}
