package dev.midstream.modcmd.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.command.CommandList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OffsetMapTest {
  private final CommandList commands = new CommandList();
  private final OffsetMap map = new OffsetMap(commands);

  @Test
  void startsWithNothingDecided() {
    assertThat(map.decided()).isZero();
    assertThat(map.newEnd()).isZero();
    assertThat(map.acknowledgement(0)).isZero();
    assertThat(map.acknowledgement(9)).isZero();
    assertThat(map.dataEnd(9)).isZero();
    assertThat(map.commands()).isSameAs(commands);
  }

  @Test
  void startsDecidedUpToEndOfList() {
    commands.append(10, 5, Octets.ofText("x"));

    OffsetMap later = new OffsetMap(commands);

    assertThat(later.decided()).isEqualTo(15);
    assertThat(later.newEnd()).isEqualTo(11);
  }

  @Test
  @DisplayName("law 5 a decision is never revoked")
  void refusesToRevokeDecision() {
    map.decideTo(20);

    assertThatThrownBy(() -> map.decideTo(19))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("decision taken back: decided=20 position=19");
    commands.append(25, 5, Octets.empty());
    assertThatThrownBy(() -> map.decideTo(29))
        .hasMessage("decision taken back: decided=30 position=29");
    assertThat(map.decided()).isEqualTo(20);
    map.decideTo(30);
    map.decideTo(30);
    assertThat(map.newEnd()).isEqualTo(25);
  }

  @Test
  @DisplayName("H-18 what a receiver has acknowledged counts no octets that are deleted after it")
  void countsNoDeletedOctetsAfterWhatIsReceived() {
    edit(2, 0, "abc");
    edit(2, 3, "");
    edit(7, 2, "z");
    map.decideTo(12);

    assertThat(map.receivedEnd(2)).as("before the insertion").isEqualTo(2);
    assertThat(map.receivedEnd(3)).as("a part of it").isEqualTo(2);
    assertThat(map.receivedEnd(5)).as("all of it").isEqualTo(2);
    assertThat(map.receivedEnd(6)).as("an octet after the deletion").isEqualTo(6);
    assertThat(map.receivedEnd(8)).as("the replacement").isEqualTo(9);
  }

  @Test
  @DisplayName("C-15 adjacent edits: a segment that touches one carries it whole, and no other")
  void keepsAdjacentEditsApart() {
    edit(2, 3, "abcd");
    edit(5, 3, "");
    edit(8, 2, "z");
    map.decideTo(12);

    assertThat(map.before(4)).isEqualTo(2);
    assertThat(map.dataEnd(3)).isEqualTo(6);
    assertThat(map.dataEnd(6)).isEqualTo(6);
    assertThat(map.before(8)).isEqualTo(6);
    assertThat(map.dataEnd(9)).isEqualTo(7);
    assertThat(map.newEnd()).isEqualTo(9);
  }

  @Test
  @DisplayName("C-18 where everything is deleted, the end is the first position of the new stream")
  void mapsDeletedStream() {
    edit(0, 500, "");
    edit(500, 500, "");

    assertThat(map.newEnd()).isZero();
    assertThat(map.before(700)).isZero();
    assertThat(map.dataEnd(1000)).isZero();
    assertThat(map.acknowledgement(0)).isEqualTo(1000);
  }

  @Test
  @DisplayName("C-25 an acknowledgement inside the new octets of an edit maps to its start")
  void acknowledgesPartlyReceivedEditAtItsStart() {
    edit(10, 2, "abcdef");
    map.decideTo(20);

    assertThat(map.acknowledgement(10)).isEqualTo(10);
    assertThat(map.acknowledgement(15)).isEqualTo(10);
    assertThat(map.acknowledgement(16)).isEqualTo(12);
    assertThat(map.acknowledgement(17)).isEqualTo(13);
  }

  @Test
  @DisplayName("C-26 an acknowledgement at a deletion maps beyond it once it is decided")
  void acknowledgesDeletionWithOctetsBeforeIt() {
    map.decideTo(10);
    assertThat(map.acknowledgement(10)).isEqualTo(10);

    edit(10, 4, "");

    assertThat(map.acknowledgement(10)).isEqualTo(14);
    assertThat(map.acknowledgement(9)).isEqualTo(9);
  }

  @Test
  @DisplayName(
      "HDP-5 an insertion belongs to the octet that follows; at the front it is sent alone")
  void assignsInsertionToNextOctet() {
    map.decideTo(5);
    edit(5, 0, "ab");
    edit(5, 0, "c");

    assertThat(map.before(5)).isEqualTo(5);
    assertThat(map.after(5)).isEqualTo(8);
    assertThat(map.dataEnd(5)).isEqualTo(8);
    assertThat(map.acknowledgement(8)).isEqualTo(5);

    map.decideTo(9);

    assertThat(map.dataEnd(5)).isEqualTo(5);
    assertThat(map.acknowledgement(8)).isEqualTo(5);
    assertThat(map.acknowledgement(9)).isEqualTo(6);
    assertThat(map.before(6)).isEqualTo(9);
  }

  @Test
  void mapsAfterInsertionsWhereOctetIsReplaced() {
    edit(5, 0, "ab");
    edit(5, 2, "xyz");

    assertThat(map.after(5)).isEqualTo(7);
    assertThat(map.after(6)).isEqualTo(7);
    assertThat(map.after(7)).isEqualTo(10);
    assertThat(map.up(6)).isEqualTo(7);
    assertThat(map.down(6)).isEqualTo(5);
    assertThat(map.isCut(6)).isFalse();
  }

  @Test
  @DisplayName("HDP-6 positions below the base count as the base")
  void mapsPositionsBelowBaseLikeBase() {
    edit(5, 5, "abcdefgh");
    map.decideTo(50);
    commands.foldTo(13);

    assertThat(map.before(3)).isEqualTo(13);
    assertThat(map.after(3)).isEqualTo(13);
    assertThat(map.dataEnd(7)).isEqualTo(13);
    assertThat(map.acknowledgement(4)).isEqualTo(10);
    assertThat(map.acknowledgementForward(4)).isEqualTo(13);
    assertThat(map.before(21)).isEqualTo(24);
  }

  @Test
  @DisplayName("HDP-6 H-16 H-25 H-26 insertions at the base are folded like all other commands")
  void foldsInsertionsAtBase() {
    map.decideTo(5);
    edit(5, 0, "ab");
    edit(5, 0, "cd");
    commands.foldTo(8);

    assertThat(commands.size()).isOne();
    assertThat(map.before(5)).isEqualTo(7);
    assertThat(map.after(5)).isEqualTo(9);
    assertThat(map.acknowledgement(6)).isEqualTo(5);
    assertThat(map.acknowledgement(8)).isEqualTo(5);
    commands.foldTo(9);
    edit(5, 0, "e");
    edit(5, 2, "");
    map.decideTo(9);

    assertThat(map.before(5)).isEqualTo(9);
    assertThat(map.after(5)).isEqualTo(10);
    assertThat(map.dataEnd(5)).isEqualTo(9);
    assertThat(map.dataEnd(6)).isEqualTo(10);
    assertThat(map.acknowledgement(9)).isEqualTo(5);
    assertThat(map.acknowledgement(10)).isEqualTo(7);
    assertThat(map.newEnd()).isEqualTo(12);
  }

  @Test
  @DisplayName("C-29 a recorded acknowledgement maps to nothing beyond the decided octets")
  void mapsRecordedAcknowledgement() {
    edit(5, 5, "a");
    map.decideTo(12);

    assertThat(map.acknowledgementForward(4)).isEqualTo(4);
    assertThat(map.acknowledgementForward(7)).isEqualTo(5);
    assertThat(map.acknowledgementForward(10)).isEqualTo(6);
    assertThat(map.acknowledgementForward(12)).isEqualTo(8);
    assertThat(map.acknowledgementForward(99)).isEqualTo(8);
  }

  private void edit(long orgSeq, int orgLength, String newData) {
    commands.append(orgSeq, orgLength, Octets.ofText(newData));
    map.decideTo(orgSeq + orgLength);
  }
}
