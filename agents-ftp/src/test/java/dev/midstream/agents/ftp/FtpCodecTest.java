package dev.midstream.agents.ftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Opening;
import dev.midstream.agents.ftp.FtpState.Security;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FtpCodecTest {
  private static final Limits LIMITS = new Limits(4_096, 16_384, 64, 1_024);
  private static final FtpCodec CODEC = new FtpCodec(LIMITS);
  private static final FtpState STATE =
      FtpState.of(
              Opening.of(FtpPlaybook.end(10, 0, 0, 1, 40_000), FtpPlaybook.end(10, 0, 0, 2, 21)),
              LIMITS)
          .with(
              Session.NEW.withUser("Jürgen").withPassivePort(50_000).withOnlyExtended().in("/pub"))
          .with(new Reply(211, true))
          .with(Security.REQUESTED)
          .inLongCommand(true);

  /** What version 1 wrote; every later version must read it. */
  private static final String VERSION_1 =
      "040a000001040a000002040a000001040a000002010101000000d3"
          + "0101074ac3bc7267656ed086030001042f70756200000101";

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
