package dev.midstream.jgroups.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.jgroups.gate.Greeting.Purpose;
import dev.midstream.testkit.random.SeededRounds;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GreetingTest {
  private static final Greeting GREETING =
      new Greeting(
          Purpose.WATCH,
          "größer",
          "n1",
          new NodeId(new NodeAddress(1, -2, 65_535), new UUID(3, -4)),
          -5);

  private static Greeting read(byte[] octets) throws IOException {
    return Greeting.readFrom(new ByteArrayInputStream(octets));
  }

  @Test
  @DisplayName("LD-1 a greeting is read as it was written, and no octet beyond it")
  void readsWhatItWrites() throws Exception {
    byte[] octets = Arrays.copyOf(GREETING.octets(Purpose.WATCH), 100);
    ByteArrayInputStream in = new ByteArrayInputStream(octets);

    assertThat(Greeting.readFrom(in)).isEqualTo(GREETING);
    assertThat(in.available()).isEqualTo(100 - GREETING.octets(Purpose.WATCH).length);
  }

  @Test
  @DisplayName("LD-1 what a later version adds is skipped")
  void skipsWhatItDoesNotKnow() throws Exception {
    byte[] octets = GREETING.octets(Purpose.WATCH);
    byte[] longer = Arrays.copyOf(octets, octets.length + 3);
    longer[octets.length - 1] = 3;

    assertThat(read(longer)).isEqualTo(GREETING);
  }

  @Test
  @DisplayName("LD-1 a greeting of another version is told apart")
  void refusesOtherVersions() throws Exception {
    byte[] octets = GREETING.octets(Purpose.WATCH);
    octets[0] = 2;

    assertThatThrownBy(() -> read(octets)).isInstanceOf(Greeting.OtherVersionException.class);
  }

  @Test
  @DisplayName("LD-1 no octets make the reader fail in another way")
  void survivesAnyOctets() {
    int[] refused = new int[1];
    SeededRounds.run(
        20_000,
        random -> {
          try {
            byte[] octets = GREETING.octets(Purpose.GROUP);
            for (int i = random.nextInt(4); i >= 0; i--) {
              octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
            }
            read(Arrays.copyOf(octets, random.nextInt(octets.length + 1)));
          } catch (IOException e) {
            refused[0]++;
          }
        });
    assertThat(refused[0]).isPositive();
  }
}
