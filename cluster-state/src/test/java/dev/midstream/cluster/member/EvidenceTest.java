package dev.midstream.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a node knows of others. */
class EvidenceTest {
  private static final NodeId NODE = new NodeId(NodeAddress.ofIpv4(1, 1), new UUID(0, 1));
  private final Evidence evidence = new Evidence(100);

  @Test
  @DisplayName("LD-6 a proof counts for the survivor rule only if it came while there was a lease")
  void proofsComeInTime() {
    evidence.prove(NODE, false);
    assertThat(evidence.isDead(NODE)).isTrue();
    assertThat(evidence.isDeadInTime(NODE)).isFalse();

    evidence.prove(NODE, true);
    assertThat(evidence.isDeadInTime(NODE)).as("it was too late the first time").isFalse();
  }

  @Test
  @DisplayName("LD-6 silence is counted from the last message, and begins anew after a pause")
  void countsSilence() {
    assertThat(evidence.silentNanos(NODE, 150)).isEqualTo(50);
    evidence.heard(NODE, 160);
    assertThat(evidence.silentNanos(NODE, 200)).isEqualTo(40);

    evidence.watchAnew(1_000);
    assertThat(evidence.silentNanos(NODE, 1_010)).isEqualTo(10);
  }

  @Test
  @DisplayName("LD-6 what may still wait does not count as silence, and what was heard does")
  void judgesUntil() {
    evidence.heard(NODE, 110);
    evidence.judgeUntil(150);
    assertThat(evidence.silentNanos(NODE, 140)).isEqualTo(30);
    assertThat(evidence.silentNanos(NODE, 200)).isEqualTo(40);
    assertThat(evidence.quietNanos(NODE.address(), 200)).isEqualTo(40);
    assertThat(evidence.silentOnAllNanos(NODE, 200)).isEqualTo(40);

    evidence.heard(NODE, 190);
    assertThat(evidence.silentNanos(NODE, 200)).isZero();

    evidence.judgeUntil(Long.MAX_VALUE);
    assertThat(evidence.silentNanos(NODE, 200)).isEqualTo(10);
  }

  @Test
  @DisplayName("LD-6 an address is quiet while nothing there sends or answers, whatever its life")
  void countsQuiet() {
    NodeId again = new NodeId(NODE.address(), new UUID(1, 1));
    assertThat(evidence.quietNanos(NODE.address(), 150)).isEqualTo(50);
    evidence.heard(NODE, 160);
    evidence.answered(again.address(), 180);
    assertThat(evidence.quietNanos(NODE.address(), 200)).isEqualTo(20);
    evidence.heardOnLeg(NODE, 190);
    assertThat(evidence.quietNanos(NODE.address(), 200)).isEqualTo(20);

    evidence.watchAnew(1_000);
    assertThat(evidence.watchedSinceNanos()).isEqualTo(1_000);
    assertThat(evidence.quietNanos(NODE.address(), 1_010)).isEqualTo(10);
  }

  @Test
  @DisplayName("LD-6 silence on all interfaces is broken by any of them")
  void countsSilenceOnAll() {
    evidence.heard(NODE, 110);
    evidence.heardOnLeg(NODE, 150);

    assertThat(evidence.silentNanos(NODE, 200)).isEqualTo(90);
    assertThat(evidence.silentOnAllNanos(NODE, 200)).isEqualTo(50);
    assertThat(evidence.wasOnLegAfter(NODE, 149)).isTrue();
    assertThat(evidence.wasOnLegAfter(NODE, 150)).isFalse();
    evidence.heard(NODE, 190);
    assertThat(evidence.silentOnAllNanos(NODE, 200)).isEqualTo(10);
  }

  @Test
  @DisplayName(
      "LD-2 an address counts as absent by the probe that found nothing, and not by a later one")
  void remembersAbsence() {
    assertThat(evidence.isAbsent(NODE.address(), 0)).isFalse();
    evidence.absent(NODE.address(), 7);
    evidence.absent(NODE.address(), 6);
    assertThat(evidence.isAbsent(NODE.address(), 7)).isTrue();
    assertThat(evidence.isAbsent(NODE.address(), 8)).isFalse();
  }
}
