package dev.midstream.modcmd.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.command.CommandList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SackMapTest {
  private final CommandList commands = new CommandList();
  private final OffsetMap map = new OffsetMap(commands);
  private final SackMap sacks = new SackMap(map);

  @ParameterizedTest(name = "block [{0},{1}) becomes [{2},{3})")
  @CsvSource({
    // around, at and inside the growing edit [20,22) → [20,30)
    "10, 40, 10, 32",
    "20, 30, 20, 22",
    "21, 40, 22, 32",
    "10, 29, 10, 20",
    "30, 35, 22, 27",
    // the deletion [52,62) at new 60 belongs to the blocks on both sides
    "55, 60, 47, 62",
    "60, 65, 52, 67",
    "59, 61, 51, 63",
    // the insertion of 5 before octet 72 lies at new [70,75)
    "65, 70, 67, 72",
    "70, 76, 72, 73",
    "65, 74, 67, 72",
    "71, 90, 73, 87",
    "75, 90, 73, 87",
    // the end of the decided octets
    "90, 105, 87, 100"
  })
  @DisplayName("C-28 a block becomes the largest range all of whose output it covers")
  void mapsEdgesAtEdits(long left, long right, long start, long end) {
    decideEdits();

    assertThat(sacks.start(left, 0)).isEqualTo(start);
    assertThat(sacks.duplicateStart(left)).isEqualTo(start);
    assertThat(sacks.end(right)).isEqualTo(end);
  }

  @ParameterizedTest(name = "block [{0},{1}) vanishes")
  @CsvSource({"21, 29", "20, 29", "21, 30", "70, 75", "71, 76", "104, 110"})
  @DisplayName("C-28 a block that covers no octet's whole output is dropped")
  void dropsEmptyBlocks(long left, long right) {
    decideEdits();

    assertThat(sacks.start(left, 0)).isGreaterThanOrEqualTo(sacks.end(right));
    assertThat(sacks.duplicateStart(left)).isGreaterThanOrEqualTo(sacks.end(right));
  }

  @Test
  @DisplayName("C-28 no block lies below the advertised acknowledgement")
  void cutsBlockAtAdvertisedAck() {
    decideEdits();

    assertThat(sacks.start(0, 40)).isEqualTo(40);
    assertThat(sacks.end(60)).isEqualTo(62);
    assertThat(sacks.start(0, 62)).isEqualTo(62);
    assertThat(sacks.start(0, 400)).isEqualTo(400);
    assertThat(sacks.duplicateStart(0)).isZero();
  }

  @Test
  @DisplayName("C-28 an insertion at the front belongs to an octet that is not decided yet")
  void excludesInsertionAtFront() {
    map.decideTo(10);
    commands.append(10, 0, Octets.ofText("abc"));

    assertThat(sacks.end(13)).isEqualTo(10);
    assertThat(sacks.start(10, 0)).isGreaterThanOrEqualTo(10);
    assertThat(sacks.start(11, 0)).isGreaterThanOrEqualTo(10);
    assertThat(sacks.start(9, 0)).isEqualTo(9);
  }

  @Test
  @DisplayName("C-28 HDP-6 a D-SACK block survives unless it reaches below the base")
  void dropsDuplicateBlocksBelowBase() {
    decideEdits();
    commands.foldTo(38);

    assertThat(sacks.end(50)).isEqualTo(42);
    assertThat(sacks.duplicateStart(30)).isEqualTo(22);
    assertThat(sacks.duplicateStart(29)).isGreaterThan(42);
    assertThat(sacks.start(29, 22)).isEqualTo(22);
  }

  @Test
  @DisplayName("C-28 H-10 a D-SACK block starts at the base, beyond the insertions folded there")
  void startsDuplicateBlockAtBase() {
    map.decideTo(10);
    commands.append(10, 0, Octets.ofText("abc"));
    commands.append(10, 0, Octets.ofText("de"));
    map.decideTo(20);
    assertThat(sacks.duplicateStart(13)).isEqualTo(11);
    commands.foldTo(14);

    assertThat(sacks.duplicateStart(12)).isGreaterThan(20);
    assertThat(sacks.duplicateStart(13)).isEqualTo(10);
    assertThat(sacks.duplicateStart(14)).isEqualTo(11);
    assertThat(sacks.end(16)).isEqualTo(11);
  }

  @Test
  @DisplayName("C-28 recorded blocks map to the new stream, rounded down to whole edits")
  void mapsRecordedBlocks() {
    decideEdits();

    assertThat(sacks.forwardStart(15, 1000)).isEqualTo(15);
    assertThat(sacks.forwardEnd(40, 1000)).isEqualTo(48);
    assertThat(sacks.forwardStart(21, 1000)).isEqualTo(20);
    assertThat(sacks.forwardEnd(62, 1000)).isEqualTo(60);
    assertThat(sacks.forwardStart(90, 1000)).isLessThan(103);
    assertThat(sacks.forwardEnd(200, 1000)).isEqualTo(103);
    assertThat(sacks.forwardStart(200, 1000)).isEqualTo(sacks.forwardEnd(300, 1000));
    assertThat(sacks.forwardStart(52, 1000)).isEqualTo(sacks.forwardEnd(62, 1000));
  }

  @Test
  @DisplayName("C-28 recorded blocks report nothing unreleased, and nothing below the base")
  void cutsRecordedBlocks() {
    decideEdits();
    commands.foldTo(38);

    assertThat(sacks.forwardStart(40, 70)).isEqualTo(48);
    assertThat(sacks.forwardEnd(90, 70)).isEqualTo(70);
    assertThat(sacks.forwardStart(80, 70)).isEqualTo(70);
    assertThat(sacks.forwardStart(21, 70)).isGreaterThan(70);
    assertThat(sacks.forwardStart(22, 70)).isLessThan(sacks.forwardEnd(40, 70));
  }

  /** Decides up to 100: [20,22) grows by 8, [52,62) is deleted, 5 octets are inserted before 72. */
  private void decideEdits() {
    commands.append(20, 2, Octets.ofText("0123456789"));
    commands.append(52, 10, Octets.empty());
    commands.append(72, 0, Octets.ofText("abcde"));
    map.decideTo(100);
  }

  @ParameterizedTest(name = "block [{0},{1}) becomes [{2},{3})")
  @CsvSource({"90, 103, 87, 100", "90, 104, 87, 101", "103, 104, 100, 101"})
  @DisplayName("C-28 C-35 a block that covers the FIN covers the position after the sender's FIN")
  void coversFin(long left, long right, long start, long end) {
    FinMap fin = new FinMap(map);
    SackMap withFin = new SackMap(map, fin);
    decideEdits();
    fin.arrive(100);
    fin.settle();
    assertThat(withFin.start(103, 0)).isGreaterThanOrEqualTo(withFin.end(104));
    fin.release();

    assertThat(withFin.start(left, 0)).isEqualTo(start);
    assertThat(withFin.duplicateStart(left)).isEqualTo(start);
    assertThat(withFin.end(right)).isEqualTo(end);
  }
}
