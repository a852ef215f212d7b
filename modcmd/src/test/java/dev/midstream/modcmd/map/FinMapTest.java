package dev.midstream.modcmd.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.command.CommandList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FinMapTest {
  private final CommandList commands = new CommandList();
  private final OffsetMap map = new OffsetMap(commands);
  private final FinMap fin = new FinMap(map);

  @Test
  @DisplayName("HDP-5 C-35 the FIN follows the last octet of the edited stream")
  void followsLastOctet() {
    edit(2, 3, "x");
    assertThat(fin.arrive(10)).isTrue();

    assertThat(fin.settle()).isFalse();
    map.decideTo(10);
    assertThat(fin.isSettled()).isFalse();
    assertThat(fin.settle()).isTrue();
    assertThat(fin.orgFin()).isEqualTo(10);
    assertThat(fin.newFin()).isEqualTo(8);
  }

  @Test
  @DisplayName("C-36 a retransmitted FIN keeps its position; one elsewhere is not accepted")
  void keepsFirstPosition() {
    fin.arrive(10);

    assertThat(fin.arrive(10)).isTrue();
    assertThat(fin.arrive(11)).isFalse();
    assertThat(fin.orgFin()).isEqualTo(10);
    map.decideTo(10);
    fin.settle();
    edit(10, 0, "late");
    assertThat(fin.settle()).isTrue();
    assertThat(fin.newFin()).isEqualTo(10);
  }

  @Test
  @DisplayName(
      "C-18 where everything is deleted the FIN has the first position, and its own number")
  void isFirstWhereEverythingIsDeleted() {
    edit(0, 500, "");
    finish(500);

    assertThat(fin.newFin()).isZero();
    assertThat(fin.acknowledgement(0)).isEqualTo(500);
    assertThat(fin.acknowledgement(1)).isEqualTo(501);
  }

  @Test
  @DisplayName("H-54 the sender's FIN takes the place of the engine's, after deleted octets")
  void mapsTheSendersFinOntoItsOwn() {
    edit(2, 3, "x");
    map.decideTo(10);
    fin.finish();
    assertThat(fin.newFin()).isEqualTo(8);
    assertThat(fin.refuses(9, 8)).isTrue();
    fin.release();
    assertThat(fin.isOwed(8)).isTrue();
    assertThat(fin.isOwed(9)).isFalse();
    assertThat(fin.acknowledgement(9)).isEqualTo(10);

    commands.delete(10, 5);
    map.decideTo(15);
    assertThat(fin.isReached()).isFalse();
    assertThat(fin.acknowledgement(8)).isEqualTo(15);
    assertThat(fin.acknowledgement(9)).isEqualTo(15);
    assertThat(fin.arrive(20)).isTrue();
    assertThat(fin.acknowledgement(9)).isEqualTo(15);
    assertThat(fin.withdraw()).isTrue();
    assertThat(fin.arrive(15)).isTrue();
    assertThat(fin.isReached()).isTrue();
    assertThat(fin.withdraw()).isFalse();
    assertThat(fin.acknowledgement(9)).isEqualTo(16);
    assertThat(fin.newFin()).isEqualTo(8);
  }

  @Test
  @DisplayName("H-54 a FIN that is settled is none of the engine")
  void keepsASettledFin() {
    map.decideTo(10);
    finish(10);
    fin.finish();
    assertThat(fin.isOwn()).isFalse();
    assertThat(fin.isOwed(10)).isFalse();
    assertThat(fin.isAcknowledgedBy(11)).isTrue();
    fin.adopt();
    assertThat(fin.isOwed(10)).isTrue();
  }

  @Test
  @DisplayName("C-67 a FIN that was acknowledged before it was seen has left, and is not sent")
  void hasLeftBeforeItWasSeen() {
    fin.arrive(10);
    assertThatThrownBy(fin::noteAcknowledgedBefore).isInstanceOf(IllegalStateException.class);
    map.decideTo(10);
    assertThat(fin.refuses(11, 10)).isTrue();

    fin.noteAcknowledgedBefore();
    assertThat(fin.refuses(11, 10)).isFalse();
    assertThat(fin.refuses(12, 10)).isTrue();
    assertThat(fin.acknowledgement(10)).isEqualTo(10);
    assertThat(fin.acknowledgement(11)).isEqualTo(11);
    assertThat(fin.next(10)).isEqualTo(11);
    assertThat(fin.isReleased()).isFalse();

    fin.settle();
    assertThat(fin.isReleased()).isTrue();
    assertThat(fin.isPending(10)).isFalse();
    assertThat(fin.acknowledgement(11)).isEqualTo(11);
  }

  @Test
  @DisplayName("C-67 so has one that was acknowledged when it was settled already")
  void hasLeftAlthoughItWaits() {
    fin.arrive(10);
    map.decideTo(10);
    fin.settle();
    assertThat(fin.isPending(10)).isTrue();

    fin.noteAcknowledgedBefore();
    assertThat(fin.isReleased()).isTrue();
    assertThat(fin.isPending(10)).isFalse();
  }

  @Test
  @DisplayName("C-29 an acknowledgement beyond released octets or an unreleased FIN is refused")
  void refusesAckBeyondReleased() {
    edit(2, 3, "x");
    map.decideTo(10);
    fin.arrive(10);
    fin.settle();

    assertThat(fin.refuses(8, 8)).isFalse();
    assertThat(fin.refuses(9, 8)).isTrue();
    assertThat(fin.acknowledgement(9)).isEqualTo(10);
    assertThat(fin.isReleased()).isFalse();
    fin.release();
    assertThat(fin.isReleased()).isTrue();
    assertThat(fin.refuses(9, 8)).isFalse();
    assertThat(fin.refuses(10, 8)).isTrue();
    assertThat(fin.acknowledgement(9)).isEqualTo(11);
    assertThat(fin.acknowledgement(8)).isEqualTo(10);
    assertThat(fin.acknowledgement(4)).isEqualTo(6);
  }

  @Test
  @DisplayName("C-36 a FIN can be withdrawn until its place is settled")
  void isWithdrawnBeforeItIsSettled() {
    fin.arrive(10);
    assertThat(fin.withdraw()).isTrue();
    assertThat(fin.isKnown()).isFalse();
    fin.arrive(12);
    map.decideTo(12);
    fin.settle();

    assertThat(fin.withdraw()).isFalse();
    assertThat(fin.orgFin()).isEqualTo(12);
  }

  @Test
  @DisplayName("C-35 the FIN may leave once, after the last octet of the edited stream")
  void isPendingUntilReleased() {
    edit(2, 3, "x");
    map.decideTo(10);
    fin.arrive(10);

    assertThat(fin.isPending(8)).isFalse();
    fin.settle();
    assertThat(fin.isPending(7)).isFalse();
    assertThat(fin.isPending(8)).isTrue();
    fin.release();
    assertThat(fin.isPending(8)).isFalse();
  }

  @Test
  @DisplayName("C-35 a recorded acknowledgement of the FIN covers the new one once it is settled")
  void mapsRecordedAcknowledgement() {
    edit(2, 3, "x");
    map.decideTo(10);
    fin.arrive(10);

    assertThat(fin.acknowledgementForward(11)).isEqualTo(8);
    fin.settle();
    assertThat(fin.acknowledgementForward(11)).isEqualTo(9);
    assertThat(fin.acknowledgementForward(10)).isEqualTo(8);
    assertThat(fin.acknowledgementForward(6)).isEqualTo(4);
  }

  @Test
  void refusesUnknownPositions() {
    assertThat(fin.isKnown()).isFalse();
    assertThatThrownBy(fin::orgFin).isInstanceOf(IllegalStateException.class);
    fin.arrive(3);
    assertThat(fin.isKnown()).isTrue();
    assertThatThrownBy(fin::newFin).hasMessage("place of the fin is not known yet");
    assertThatThrownBy(fin::release).hasMessage("fin released before it was settled");
    assertThat(fin.isReleased()).isFalse();
  }

  private void finish(long orgFin) {
    fin.arrive(orgFin);
    fin.settle();
    fin.release();
  }

  private void edit(long orgSeq, int orgLength, String newData) {
    commands.append(orgSeq, orgLength, Octets.ofText(newData));
    map.decideTo(orgSeq + orgLength);
  }
}
