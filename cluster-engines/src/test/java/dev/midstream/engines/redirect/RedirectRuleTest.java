package dev.midstream.engines.redirect;

import static dev.midstream.engines.redirect.Nodes.A;
import static dev.midstream.engines.redirect.Nodes.B;
import static dev.midstream.engines.redirect.Nodes.C;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.redirect.RedirectRule.Step;
import dev.midstream.engines.redirect.RedirectedPacket.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Node B gets a packet from node A. */
class RedirectRuleTest {
  private static final long EPOCH = 10;

  private static Bucket ownedBy(@Nullable NodeId owner) {
    return new Bucket(owner, EPOCH, null, null, List.of(), 0);
  }

  private static Step toOwner(@Nullable NodeId owner, long epoch, int hops) {
    RedirectedPacket packet = new RedirectedPacket().set(Kind.TO_OWNER, 1, epoch, hops);
    return RedirectRule.stepOf(packet, A, ownedBy(owner), B, null);
  }

  private static Step toLeave(@Nullable NodeId owner, long epoch) {
    RedirectedPacket packet = new RedirectedPacket().set(Kind.TO_LEAVE, 1, epoch, 1);
    return RedirectRule.stepOf(packet, A, ownedBy(owner), B, null);
  }

  private static Step staying(Kind kind, NodeId stayer, long epoch) {
    RedirectedPacket packet = new RedirectedPacket().set(kind, 1, epoch, 2);
    return RedirectRule.stepOf(packet, A, ownedBy(C), B, stayer);
  }

  @Test
  @DisplayName(
      "LD-9 HSI-4 the owner processes what reaches it, also from a node with an older table")
  void ownerProcesses() {
    for (long epoch = EPOCH - 1; epoch <= EPOCH; epoch++) {
      assertThat(toOwner(B, epoch, 1)).isEqualTo(Step.PROCESS);
      assertThat(toOwner(B, epoch, 2)).isEqualTo(Step.PROCESS);
    }
  }

  @Test
  @DisplayName("LD-9 a packet is passed on a second time to an owner by a newer epoch only")
  void passesOnOnce() {
    assertThat(toOwner(C, EPOCH - 1, 1)).isEqualTo(Step.PASS_ON);
    assertThat(toOwner(C, EPOCH - 1, 2)).isEqualTo(Step.DROP_HOPS);
    assertThat(toOwner(C, EPOCH, 1)).isEqualTo(Step.DROP_ASTRAY);
    assertThat(toOwner(A, EPOCH - 1, 1)).as("back to its sender").isEqualTo(Step.PASS_ON);
  }

  @Test
  @DisplayName("LD-10 a packet waits for a table that its sender has, and for an owner")
  void waitsForNewerTables() {
    assertThat(toOwner(C, EPOCH + 1, 1)).isEqualTo(Step.WAIT);
    assertThat(toOwner(C, EPOCH + 1, 2)).isEqualTo(Step.WAIT);
    assertThat(toOwner(null, EPOCH, 1)).isEqualTo(Step.WAIT);
    assertThat(toOwner(B, EPOCH + 1, 1)).as("it may own old state only").isEqualTo(Step.WAIT);
  }

  @Test
  @DisplayName("LD-9 C-72 nothing leaves for an earlier owner")
  void sendsForTheOwnerOnly() {
    assertThat(toLeave(A, EPOCH)).isEqualTo(Step.SEND);
    assertThat(toLeave(C, EPOCH + 1)).as("this node's table is the older one").isEqualTo(Step.SEND);
    assertThat(toLeave(C, EPOCH)).isEqualTo(Step.DROP_ASTRAY);
    assertThat(toLeave(A, EPOCH - 1)).isEqualTo(Step.DROP_OLD);
    assertThat(toLeave(B, EPOCH - 1)).isEqualTo(Step.DROP_OLD);
  }

  @Test
  @DisplayName(
      "PDP-1 a packet is processed where its connection stays, whichever node has passed on")
  void stayingIsProcessed() {
    assertThat(staying(Kind.TO_STAYER, B, EPOCH)).isEqualTo(Step.PROCESS);
    assertThat(staying(Kind.TO_STAYER, B, EPOCH - 1)).isEqualTo(Step.PROCESS);
    assertThat(staying(Kind.TO_STAYER, B, EPOCH + 1)).isEqualTo(Step.WAIT);
    assertThat(staying(Kind.TO_STAYER, A, EPOCH)).isEqualTo(Step.DROP_ASTRAY);
  }

  @Test
  @DisplayName("PDP-1 C-72 what stays leaves for the node where it does, and for no other one")
  void stayingLeaves() {
    assertThat(staying(Kind.TO_LEAVE_STAYING, A, EPOCH)).isEqualTo(Step.SEND);
    assertThat(staying(Kind.TO_LEAVE_STAYING, A, EPOCH - 1)).isEqualTo(Step.SEND);
    assertThat(staying(Kind.TO_LEAVE_STAYING, A, EPOCH + 1)).isEqualTo(Step.WAIT);
    assertThat(staying(Kind.TO_LEAVE_STAYING, C, EPOCH)).isEqualTo(Step.DROP_ASTRAY);
  }
}
