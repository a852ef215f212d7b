package dev.midstream.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The order of addresses. */
class NodeAddressTest {
  @Test
  @DisplayName("LD-3 addresses compare as numbers without sign, IPv4 below other IPv6, then ports")
  void comparesAsNumbers() {
    NodeAddress low = NodeAddress.ofIpv4(0x0a090001, 7800);
    NodeAddress port = NodeAddress.ofIpv4(0x0a090001, 7801);
    NodeAddress middle = NodeAddress.ofIpv4(0x0a09000a, 80);
    NodeAddress high = NodeAddress.ofIpv4(0xc0a80001, 80);
    NodeAddress local = new NodeAddress(0xfe80L << 48, 1, 80);

    assertThat(new NodeAddress[] {local, high, port, middle, low})
        .satisfies(all -> {
          java.util.Arrays.sort(all);
          assertThat(all).containsExactly(low, port, middle, high, local);
        });
    assertThat(low).hasToString("10.9.0.1:7800");
    assertThat(local).hasToString("[fe80000000000000:1]:80");
  }
}
