package dev.midstream.wire.afpacket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Messages about an interface that is a member of another one. */
class MasterTest {

  @Test
  void reportsMasterAndRemedy() {
    assertThat(new Master("bond", "bond0").refusal("in0"))
        .isEqualTo(
            "in0 belongs to the bond bond0, so that frames would pass twice or around the rules;"
                + " take it out first: ip link set in0 nomaster");
  }

  @Test
  void suggestsOvsCommandForOpenVswitch() {
    assertThat(new Master("openvswitch", "ovs-system").refusal("in0"))
        .endsWith("take it out first: ovs-vsctl del-port in0");
  }

  @Test
  void reportsMasterOfUnknownKind() {
    assertThat(new Master("", "x0").refusal("in0")).startsWith("in0 belongs to the interface x0, ");
  }
}
