package dev.midstream.engines.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.engines.message.LogMessage.Applied;
import dev.midstream.engines.message.LogMessage.BaseWanted;
import dev.midstream.engines.message.LogMessage.Counted;
import dev.midstream.engines.message.LogMessage.Refused;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.testkit.random.SeededRounds;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LogMessageCodecTest {
  private static final long EPOCH = 7L << 32 | 3 << 22 | 5;
  private static final List<LogMessage> MESSAGES =
      List.of(
          new Append(4_095, EPOCH, EPOCH + 1, 300, 301, List.of(new byte[] {1, 2, 3}, new byte[0])),
          new Append(0, EPOCH, EPOCH, 1, 0, List.of()),
          new Applied(1, EPOCH, EPOCH + 1, 1L << 40),
          new BaseWanted(2, EPOCH, Long.MAX_VALUE),
          new Counted(3, EPOCH, 1),
          new Refused(255, EPOCH, EPOCH + 9));

  private static byte[] octets(LogMessage message) {
    StateWriter out = new StateWriter();
    LogMessageCodec.write(message, out);
    return out.toOctets();
  }

  @Test
  @DisplayName("HDP-17 HSI-3 each message is read as it was written")
  void readsWhatItWrites() {
    for (LogMessage each : MESSAGES) {
      LogMessage read = Objects.requireNonNull(LogMessageCodec.read(octets(each)));
      if (each instanceof Append append && read instanceof Append got) {
        assertThat(new Applied(got.bucket(), got.epoch(), got.since(), got.first()))
            .isEqualTo(
                new Applied(append.bucket(), append.epoch(), append.since(), append.first()));
        assertThat(got.baseEnd()).isEqualTo(append.baseEnd());
        assertThat(got.records()).hasSameSizeAs(append.records());
        assertThat(got.records())
            .zipSatisfy(append.records(), (one, other) -> assertThat(one).isEqualTo(other));
      } else {
        assertThat(read).isEqualTo(each);
      }
    }
  }

  @Test
  @DisplayName("HDP-17 a message of another version is refused")
  void refusesOtherVersions() {
    for (LogMessage each : MESSAGES) {
      byte[] octets = octets(each);
      octets[0]++;
      assertThat(LogMessageCodec.read(octets)).isNull();
    }
  }

  @Test
  @DisplayName("HDP-17 a message that is cut short or too long is refused")
  void refusesOtherLengths() {
    for (LogMessage each : MESSAGES) {
      byte[] octets = octets(each);
      for (int length = 0; length <= octets.length + 1; length++) {
        if (length != octets.length) {
          assertThat(LogMessageCodec.read(Arrays.copyOf(octets, length))).isNull();
        }
      }
    }
  }

  @Test
  @DisplayName("HDP-17 no octets make the reader fail, and what it reads is in range")
  void survivesAnyOctets() {
    int[] read = new int[1];
    SeededRounds.run(
        100_000,
        random -> {
          byte[] octets = octets(MESSAGES.get(random.nextInt(MESSAGES.size())));
          for (int i = random.nextInt(4); i >= 0; i--) {
            octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
          }
          LogMessage message = LogMessageCodec.read(octets);
          if (message != null) {
            read[0]++;
            assertThat(message.bucket()).isBetween(0, 4_095);
            assertThat(message.epoch()).isPositive();
          }
        });
    assertThat(read[0]).isPositive();
  }
}
