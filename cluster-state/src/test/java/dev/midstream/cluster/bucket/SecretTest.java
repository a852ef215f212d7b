package dev.midstream.cluster.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SecretTest {

  @Test
  @DisplayName("LD-9 a secret is its octets, and does not show them")
  void isItsOctets() {
    byte[] octets = new byte[Secret.BYTES];
    octets[31] = 0x5a;
    Secret secret = new Secret(octets);

    octets[0] = 1;

    assertThat(secret.octets()).hasSize(32).endsWith(0x5a).startsWith(0);
    assertThat(secret).isEqualTo(new Secret(secret.octets())).isNotEqualTo(new Secret(octets));
    assertThat(secret).hasToString("secret");
  }

  @Test
  void refusesOtherLengths() {
    assertThatThrownBy(() -> new Secret(new byte[31])).hasMessageContaining("octets=31");
  }
}
