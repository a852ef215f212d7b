package dev.midstream.engines.redirect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput.LegHeard;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Probes of interfaces, which hosts on the segments can copy and change. */
class LegProbesTest {
  private static final NodeId ONE = life(1, 11);
  private static final NodeId TWO = life(2, 22);

  private final LegProbes one = new LegProbes(keys(7), ONE);
  private final LegProbes two = new LegProbes(keys(7), TWO);

  private static NodeId life(int host, long incarnation) {
    return new NodeId(NodeAddress.ofIpv4(0x0a09_0000 + host, 7800), new UUID(3, incarnation));
  }

  private static ClusterKeys keys(int octet) {
    byte[] octets = new byte[Secret.BYTES];
    Arrays.fill(octets, (byte) octet);
    return new ClusterKeys(new Secret(octets));
  }

  @Test
  void tellsLifeAndRound() {
    assertThat(two.read(one.next(5))).isEqualTo(new LegHeard(ONE, 5));
    assertThat(two.read(one.next(6))).isEqualTo(new LegHeard(ONE, 6));
  }

  @Test
  void readsAPaddedProbe() {
    assertThat(two.read(Arrays.copyOf(one.next(5), 200))).isEqualTo(new LegHeard(ONE, 5));
  }

  @Test
  void countsAProbeOnce() {
    byte[] first = one.next(5);
    byte[] second = one.next(5);
    assertThat(two.read(second)).isNotNull();
    assertThat(two.read(second)).isNull();
    assertThat(two.read(first)).isNull();
  }

  @Test
  void countsTheProbesOfANewLifeFromTheBeginning() {
    assertThat(two.read(one.next(5))).isNotNull();
    NodeId next = life(1, 12);
    assertThat(two.read(new LegProbes(keys(7), next).next(1))).isEqualTo(new LegHeard(next, 1));
  }

  @Test
  void ignoresItsOwn() {
    assertThat(one.read(one.next(5))).isNull();
  }

  @Test
  void ignoresThoseOfAnotherCluster() {
    assertThat(two.read(new LegProbes(keys(8), ONE).next(5))).isNull();
  }

  @Test
  void ignoresWhatWasChangedAnywhere() {
    byte[] probe = one.next(5);
    for (int place = 0; place < probe.length; place++) {
      byte[] changed = probe.clone();
      changed[place] ^= 1;
      assertThat(two.read(changed)).as("place=" + place).isNull();
    }
    assertThat(two.read(Arrays.copyOf(probe, probe.length - 1))).isNull();
    assertThat(two.read(new byte[0])).isNull();
    assertThat(two.read(probe)).isNotNull();
  }
}
