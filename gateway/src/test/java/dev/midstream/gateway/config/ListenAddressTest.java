package dev.midstream.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {

  @Test
  @DisplayName("host and port, and an IPv6 address in brackets, are parsed")
  void parsesHostAndPort() {
    assertThat(ListenAddress.parse("127.0.0.1:9400"))
        .isEqualTo(new ListenAddress("127.0.0.1", 9400));
    assertThat(ListenAddress.parse("node-1.example:0"))
        .isEqualTo(new ListenAddress("node-1.example", 0));
    assertThat(ListenAddress.parse("[::1]:65535")).isEqualTo(new ListenAddress("::1", 65_535));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "9400",
        ":9400",
        "host",
        "host:",
        "host:65536",
        "host:x",
        "::1:9400",
        "[::1]",
        "[::1]:",
        "[x]:1",
        "[1.2.3.4]:1",
        "a b:1",
        "h/:1",
        "hö:1"
      })
  @DisplayName("any other text is refused")
  void refusesOtherText(String text) {
    assertThat(ListenAddress.parse(text)).isNull();
  }
}
