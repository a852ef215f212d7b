package dev.midstream.agents.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.0/24, 192.0.2.255, true",
    "192.0.2.0/24, 192.0.3.0, false",
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.0, false",
    "0.0.0.0/0, 255.255.255.255, true",
    "0.0.0.0/0, ::, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "::ffff:192.0.2.1, ::ffff:c000:201, true"
  })
  void containsItsAddresses(String network, String address, boolean contains) {
    assertThat(
            Objects.requireNonNull(Network.of(network))
                .contains(Objects.requireNonNull(AddressText.of(address))))
        .isEqualTo(contains);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "192.0.2.0/33",
        "192.0.2.0/",
        "192.0.2/24",
        "256.0.0.1",
        "1.2.3.04",
        "1.2.3.4/01",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "::1::",
        "12345::",
        "1:2:3:4:5:6:7::8",
        "::1/129"
      })
  void refusesOthers(String text) {
    assertThat(Network.of(text)).isNull();
  }
}
