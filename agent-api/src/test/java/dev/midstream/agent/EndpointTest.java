package dev.midstream.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EndpointTest {
  @ParameterizedTest
  @CsvSource({
    "00000000, 0, 0.0.0.0:0, 4",
    "c00002ff, 65535, 192.0.2.255:65535, 4",
    "00000000000000000000000000000000, 80, [::]:80, 6",
    "20010db8000000000000000000000001, 80, [2001:db8::1]:80, 6",
    "20010db8000000010001000100010001, 80, [2001:db8:0:1:1:1:1:1]:80, 6",
    "20010db8000000000001000000000001, 80, [2001:db8::1:0:0:1]:80, 6",
    "20010000000000010000000000000001, 80, [2001:0:0:1::1]:80, 6",
    "00000000000000000000ffffc0000201, 80, [::ffff:c000:201]:80, 6",
    "ff020000000000000000000000000000, 80, [ff02::]:80, 6"
  })
  void writesAddressesAsRfc5952Says(String address, int port, String text, int ipVersion) {
    Endpoint endpoint = new Endpoint(octets(address), port);

    assertThat(endpoint).hasToString(text);
    assertThat(endpoint.ipVersion()).isEqualTo(ipVersion);
    assertThat(endpoint).isEqualTo(new Endpoint(octets(address), port));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0a0000", "0a00000100", "20010db80000000000000000000001"})
  void refusesAddressesOfOtherLengths(String address) {
    assertThatThrownBy(() -> new Endpoint(octets(address), 80))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bytes=" + address.length() / 2);
  }

  @Test
  void refusesPortsOutOfRange() {
    Octets address = octets("0a000001");
    assertThatThrownBy(() -> new Endpoint(address, -1)).hasMessageContaining("port=-1");
    assertThatThrownBy(() -> new Endpoint(address, 65_536)).hasMessageContaining("port=65536");
  }

  private static Octets octets(String hex) {
    return Octets.of(HexFormat.of().parseHex(hex));
  }
}
