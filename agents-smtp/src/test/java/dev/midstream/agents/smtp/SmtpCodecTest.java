package dev.midstream.agents.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SmtpCodecTest {
  private static final SmtpState STATE =
      SmtpState.of(true, true)
          .with(Phase.TEXT)
          .with(
              Session.of(true)
                  .greeted(true, true)
                  .withRecipient()
                  .withAccepted(2)
                  .withChunkBytes(300)
                  .withChunkFailed(true)
                  .withAnswers(3))
          .with(new Text(false, 1_000_000_000_000L, true));

  @Test
  @DisplayName("LD-12 a state is the same after its octets")
  void readsWhatItWrites() {
    assertThat(SmtpCodec.CODEC.decode(1, SmtpCodec.CODEC.encode(STATE))).isEqualTo(STATE);
  }

  @Test
  @DisplayName("LD-12 damaged octets and unknown versions are refused")
  void refusesDamage() {
    byte[] octets = SmtpCodec.CODEC.encode(STATE);
    for (int length = 0; length < octets.length; length++) {
      byte[] cut = Arrays.copyOf(octets, length);
      assertThatThrownBy(() -> SmtpCodec.CODEC.decode(1, cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
    byte[] longer = Arrays.copyOf(octets, octets.length + 1);
    assertThatThrownBy(() -> SmtpCodec.CODEC.decode(1, longer))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SmtpCodec.CODEC.decode(2, octets))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
