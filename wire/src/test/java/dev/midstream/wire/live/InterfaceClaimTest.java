package dev.midstream.wire.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.wire.claim.InterfaceClaim;
import dev.midstream.wire.port.PortException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who has an interface, and who is refused. */
@Tag("live")
final class InterfaceClaimTest {
  private static final String CLAIMED = "claimed";

  @BeforeAll
  static void wantNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @Test
  void eachInterfaceIsClaimedOnceAtATime() {
    try (Network network = new Network(1500)) {
      network.box.ip("link add other type veth peer name another");
      String said =
          network.box.in(() -> {
            try (InterfaceClaim _ = InterfaceClaim.of("in0", "out0")) {
              assertThat(claim("other", "another")).isEqualTo(CLAIMED);
              assertThat(claim("other", "in0")).endsWith("end that one first: name=in0");
              assertThat(claim("other", "another")).as("what was refused").isEqualTo(CLAIMED);
              return claim("in0", "out0");
            }
          });
      assertThat(said)
          .isEqualTo(
              "another midstream works on the interface already, end that one first: name=in0");
      assertThat(network.box.in(() -> claim("in0", "out0"))).isEqualTo(CLAIMED);
    }
  }

  @Test
  void aClaimIsOfOneNameSpace() {
    try (NameSpace one = new NameSpace();
        NameSpace same = new NameSpace()) {
      one.ip("link add in0 index 50 type veth peer name out0 index 51");
      same.ip("link add in0 index 50 type veth peer name out0 index 51");
      String said =
          one.in(() -> {
            try (InterfaceClaim _ = InterfaceClaim.of("in0", "out0")) {
              return same.in(() -> claim("in0", "out0"));
            }
          });
      assertThat(said).isEqualTo(CLAIMED);
    }
  }

  @Test
  void aRenamedInterfaceStaysClaimed() {
    try (Network network = new Network(1500)) {
      String said =
          network.box.in(() -> {
            try (InterfaceClaim _ = InterfaceClaim.of("in0", "out0")) {
              network.box.ip("link set in0 down", "link set in0 name in1");
              return claim("in1", "out0");
            }
          });
      assertThat(said).endsWith("end that one first: name=in1");
    }
  }

  @Test
  void anInterfaceOfTheSameNameIsClaimedInItsPlace() {
    try (Network network = new Network(1500)) {
      network.box.ip("link add other index 90 type veth peer name another index 91");
      String said =
          network.box.in(() -> {
            try (InterfaceClaim claim = InterfaceClaim.of("in0", "out0")) {
              claim.take("in0", 90);
              assertThat(claim("in0", "another")).as("what it had before").isEqualTo(CLAIMED);
              try (InterfaceClaim _ = InterfaceClaim.of("in0", "another")) {
                assertThatThrownBy(() -> claim.take("in0", 91)).hasMessageEndingWith("name=in0");
              }
              assertThat(claim("in0", "another")).as("what was refused").isEqualTo(CLAIMED);
              return claim("other", "another");
            }
          });
      assertThat(said).endsWith("end that one first: name=other");
    }
  }

  @Test
  void wantsTwoInterfacesThatAreThere() {
    try (Network network = new Network(1500)) {
      network.box.ip("link property add dev in0 altname uplink");
      assertThat(network.box.in(() -> claim("in0", "out9")))
          .isEqualTo("there is no such interface: name=out9");
      assertThat(network.box.in(() -> claim("uplink", "in0")))
          .isEqualTo("inside and outside are the same interface: name=uplink");
    }
  }

  private static String claim(String inside, String outside) {
    try (InterfaceClaim _ = InterfaceClaim.of(inside, outside)) {
      return CLAIMED;
    } catch (PortException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
