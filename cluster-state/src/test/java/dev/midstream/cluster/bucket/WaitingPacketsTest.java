package dev.midstream.cluster.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Packets that wait for the owner of their bucket. */
class WaitingPacketsTest {
  private final WaitingPackets<String> packets = new WaitingPackets<>(3, 50);
  private final List<String> out = new ArrayList<>();

  @Test
  @DisplayName("LD-10 packets wait, and leave in their order when the owner has opened the bucket")
  void releasesInOrder() {
    packets.add(1, "a", 0);
    packets.add(2, "x", 1);
    packets.add(1, "b", 2);
    assertThat(packets.isAwaited(1)).isTrue();

    packets.release(1, out::add);

    assertThat(out).containsExactly("a", "b");
    assertThat(packets.isAwaited(1)).isFalse();
    assertThat(packets.isAwaited(2)).isTrue();
    assertThat(packets.size()).isEqualTo(1);
    packets.release(1, out::add);
    assertThat(out).hasSize(2);
  }

  @Test
  @DisplayName("LD-10 the packet beyond the limit is refused, and changes nothing")
  void hasALimit() {
    assertThat(packets.add(1, "a", 0)).isTrue();
    assertThat(packets.add(2, "b", 0)).isTrue();
    assertThat(packets.add(3, "c", 0)).isTrue();
    assertThat(packets.add(1, "d", 0)).isFalse();

    packets.release(1, out::add);
    assertThat(out).containsExactly("a");
    assertThat(packets.add(1, "d", 0)).isTrue();
  }

  @Test
  @DisplayName("LD-10 a packet that has waited too long is taken out, a younger one stays")
  void expires() {
    assertThat(packets.nextNanos()).isEqualTo(Long.MAX_VALUE);
    packets.add(2, "x", 10);
    packets.add(1, "a", 0);
    packets.add(1, "b", 30);

    assertThat(packets.nextNanos()).isEqualTo(50);
    assertThat(packets.expire(49, out::add)).isZero();
    assertThat(packets.expire(60, out::add)).isEqualTo(2);
    assertThat(out).containsExactlyInAnyOrder("a", "x");
    assertThat(packets.isAwaited(2)).isFalse();
    assertThat(packets.nextNanos()).isEqualTo(80);
    packets.release(1, out::add);
    assertThat(out).endsWith("b");
    assertThat(packets.size()).isZero();
  }

  @Test
  @DisplayName("LD-10 limits are 1 or more")
  void checksLimits() {
    assertThatThrownBy(() -> new WaitingPackets<String>(0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new WaitingPackets<String>(1, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
