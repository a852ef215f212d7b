package dev.midstream.reassembly.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Engines that share the memory for octets. */
class MemoryPoolTest {
  private final MemoryPool pool = new MemoryPool(1_000, 100);
  private final MemoryBudget one = new MemoryBudget(pool);
  private final MemoryBudget other = new MemoryBudget(pool);

  @Test
  @DisplayName("H-39 an engine takes the room that another one has given back")
  void givesBackToOthers() {
    MemoryAccount first = one.openAccount();
    MemoryAccount second = other.openAccount();
    first.charge(700);
    assertThat(second.hasRoomFor(200)).isFalse();
    assertThat(other.isUnderPressure()).isTrue();
    assertThat(other.usedBytes()).isZero();
    first.charge(-700);
    first.close();
    assertThat(second.hasRoomFor(900)).isTrue();
    assertThat(pool.usedBytes()).isZero();
    assertThat(pool.reservedBytes()).isEqualTo(100);
  }

  @Test
  @DisplayName("H-38 the stream that could give most gives way, also for another engine")
  void givesWayToOthers() {
    List<String> given = new ArrayList<>();
    one.observeGivingWay(() -> given.add("one"));
    other.observeGivingWay(() -> given.add("other"));
    MemoryAccount victim = one.openAccount();
    MemoryAccount mine = other.openAccount();
    victim.charge(600);
    victim.offer(bytes -> victim.charge(-600), 600);
    mine.charge(150);
    assertThat(mine.makeRoomForNext(200)).isTrue();
    assertThat(given).containsExactly("one");
    assertThat(one.usedBytes()).isZero();
  }

  @Test
  @DisplayName("H-39 an engine that begins anew gives back what it has charged, and no more")
  void clearsItsOwn() {
    MemoryAccount kept = other.openAccount();
    kept.charge(10_000);
    kept.report(5_000);
    long shareBytes = kept.shareBytes();
    MemoryAccount lost = one.openAccount();
    lost.charge(20_000);
    lost.offer(bytes -> {}, 9_000);
    lost.report(8_000);
    MemoryAccount closed = one.openAccount();
    closed.charge(30);
    closed.close();
    one.charge(7);
    one.clear();
    assertThat(one.usedBytes()).isZero();
    assertThat(pool.usedBytes()).isEqualTo(10_000);
    assertThat(pool.reservedBytes()).isEqualTo(100);
    assertThat(pool.givers().bytes()).isZero();
    assertThat(pool.reported().usedBytes()).isEqualTo(5_000);
    assertThat(kept.shareBytes()).isEqualTo(shareBytes);
    other.clear();
    assertThat(pool.usedBytes()).isZero();
    assertThat(pool.reservedBytes()).isZero();
  }

  @Test
  @DisplayName("H-38 an engine within its part of the memory asks the one that keeps most")
  void asksTheLargest() {
    List<String> asked = new ArrayList<>();
    one.observeExcess(nowNanos -> asked.add("one " + nowNanos));
    other.observeExcess(nowNanos -> asked.add("other " + nowNanos));
    one.openAccount().charge(900);
    other.openAccount().charge(200);
    assertThat(other.isExceededBy(50)).isTrue();
    assertThat(one.isOverPart(5)).isTrue();
    assertThat(asked).isEmpty();
    assertThat(other.isOverPart(6)).isFalse();
    assertThat(asked).containsExactly("one 6");
  }
}
