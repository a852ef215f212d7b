package dev.midstream.modcmd.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.map.OffsetMap;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CommandListTest {
  private final CommandList list = new CommandList();

  @Test
  @DisplayName("HDP-4 the list derives new sequence, offset and new length of each command")
  void derivesFields() {
    list.append(2, 2, Octets.ofText("i"));
    list.append(4, 2, Octets.empty());
    list.append(7, 0, Octets.ofText("abcde"));

    assertThat(IntStream.range(0, 3).mapToLong(list::newSeq).toArray()).containsExactly(2, 3, 4);
    assertThat(IntStream.range(0, 3).mapToLong(list::offsetAfter).toArray())
        .containsExactly(-1, -3, 2);
    assertThat(IntStream.range(0, 3).map(list::newLength)).containsExactly(1, 0, 5);
    assertThat(IntStream.range(0, 3).mapToLong(list::newEnd).toArray()).containsExactly(3, 3, 9);
    assertThat(IntStream.range(0, 3).mapToLong(list::orgEnd).toArray()).containsExactly(4, 6, 7);
    assertThat(IntStream.range(0, 3).map(list::orgLength)).containsExactly(2, 2, 0);
    assertThat(list.offset()).isEqualTo(2);
    assertThat(list.orgEnd()).isEqualTo(7);
    assertThat(list.command(1)).isEqualTo(new ModificationCommand(4, 2, Octets.empty()));
  }

  @Test
  @DisplayName("HDP-4 law 6 a list need not keep the octets of its commands")
  void mapsWithoutOctets() {
    list.append(2, 2, 5);
    list.append(4, 1, Octets.ofText("ab"));

    assertThat(list.newLength(0)).isEqualTo(5);
    assertThat(list.octets(0)).isEqualTo(Octets.empty());
    assertThat(list.newSeq(1)).isEqualTo(7);
    assertThat(list.command(1)).isEqualTo(new ModificationCommand(4, 1, Octets.ofText("ab")));
    assertThatThrownBy(() -> list.append(9, 0, 0))
        .hasMessage("command without effect: orgLength=0 newLength=0");
  }

  @Test
  void startsEmptyAtFirstOctet() {
    assertThat(list.isEmpty()).isTrue();
    assertThat(list.size()).isZero();
    assertThat(list.offset()).isZero();
    assertThat(list.orgEnd()).isZero();
    assertThat(list.basePosition()).isZero();
    assertThat(list.baseOffset()).isZero();
    assertThat(list.countStartingBelow(5)).isZero();
  }

  @Test
  @DisplayName("HDP-4 insertions at one position keep their order and precede the replacement")
  void keepsInsertionsInOrderOfDecision() {
    list.append(3, 0, Octets.ofText("a"));
    list.append(3, 0, Octets.ofText("bc"));
    list.append(3, 2, Octets.ofText("d"));
    list.append(5, 0, Octets.ofText("e"));

    assertThat(IntStream.range(0, 4).mapToLong(list::newSeq).toArray()).containsExactly(3, 4, 6, 7);
    assertThat(list.octets(1)).isEqualTo(Octets.ofText("bc"));
  }

  @Test
  void refusesCommandBeforeEndAndStaysUnchanged() {
    list.append(3, 4, Octets.ofText("ab"));
    List<Object> whole = state();

    assertThatThrownBy(() -> list.append(6, 1, Octets.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("command before the end of the list: orgSeq=6 orgEnd=7");
    assertThatThrownBy(() -> list.append(9, 0, Octets.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("command without effect: orgLength=0 newLength=0");
    assertThat(state()).isEqualTo(whole);
  }

  @Test
  void refusesCommandBelowBase() {
    list.append(8, 2, Octets.empty());
    list.foldTo(8);

    assertThatThrownBy(() -> list.append(9, 1, Octets.empty()))
        .hasMessage("command before the end of the list: orgSeq=9 orgEnd=10");
    list.append(10, 1, Octets.empty());
    assertThat(list.size()).isOne();
  }

  @Test
  void refusesIndexOutsideList() {
    list.append(1, 1, Octets.empty());
    list.append(3, 1, Octets.empty());
    list.foldTo(1);

    assertThat(list.orgSeq(0)).isEqualTo(3);
    assertThatThrownBy(() -> list.orgSeq(1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> list.newEnd(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  @DisplayName("H-53 a deletion that grows is one command for each 2^31 - 1 octets")
  void growsADeletion() {
    list.append(2, 2, Octets.ofText("i"));
    list.delete(4, 6);
    list.delete(10, 5);
    assertThat(list.size()).isEqualTo(2);
    assertThat(list.orgEnd()).isEqualTo(15);
    assertThat(list.offset()).isEqualTo(-12);
    assertThat(list.newEnd(1)).isEqualTo(3);

    list.delete(15, Integer.MAX_VALUE);
    assertThat(list.size()).isEqualTo(3);
    assertThat(list.orgLength(1)).isEqualTo(Integer.MAX_VALUE);
    assertThat(list.orgLength(2)).isEqualTo(11);
    assertThat(list.offsetAfter(2)).isEqualTo(-12L - Integer.MAX_VALUE);
    assertThatThrownBy(() -> list.delete(20, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> list.delete(list.orgEnd(), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("H-53 a deletion does not grow beyond insertions at its place, or after others")
  void keepsInsertionsOutOfADeletion() {
    list.append(3, 0, Octets.ofText("aa"));
    list.delete(3, 2);
    list.delete(5, 2);
    list.delete(7, 2);
    list.append(9, 0, Octets.ofText("b"));
    list.delete(9, 1);
    list.delete(12, 1);

    assertThat(IntStream.range(0, list.size()).mapToLong(list::orgSeq).toArray())
        .containsExactly(3, 3, 5, 9, 9, 12);
    assertThat(new OffsetMap(list).before(7)).isEqualTo(5);
  }

  @Test
  @DisplayName("HDP-6 commands below the window are folded into one base number")
  void foldsCommandsWhoseOutputEndsAtOrBelowPosition() {
    list.append(2, 2, Octets.ofText("i"));
    list.append(4, 2, Octets.empty());
    list.append(7, 3, Octets.ofText("the"));

    list.foldTo(3);

    assertThat(list.size()).isOne();
    assertThat(list.basePosition()).isEqualTo(6);
    assertThat(list.baseOffset()).isEqualTo(-3);
    assertThat(list.orgSeq(0)).isEqualTo(7);
    assertThat(list.newSeq(0)).isEqualTo(4);
    assertThat(list.offset()).isEqualTo(-3);
  }

  @Test
  @DisplayName(
      "HDP-6 insertions at the base are folded one by one, then what replaces octets there")
  void foldsInsertionsAtBase() {
    list.append(2, 2, Octets.ofText("i"));
    list.append(4, 0, Octets.ofText("abc"));
    list.append(4, 0, Octets.ofText("de"));
    list.append(4, 1, Octets.ofText("f"));

    list.foldTo(7);

    assertThat(list.size()).isEqualTo(2);
    assertThat(list.basePosition()).isEqualTo(4);
    assertThat(list.baseOffset()).isEqualTo(2);
    assertThat(list.orgSeq(0)).isEqualTo(4);
    assertThat(list.newSeq(0)).isEqualTo(6);
    list.foldTo(8);
    assertThat(list.size()).isOne();
    assertThat(list.basePosition()).isEqualTo(4);
    assertThat(list.baseOffset()).isEqualTo(4);
    list.foldTo(9);
    assertThat(list.isEmpty()).isTrue();
    assertThat(list.basePosition()).isEqualTo(5);
    assertThat(list.baseOffset()).isEqualTo(4);
    list.append(5, 0, Octets.ofText("g"));
    assertThat(list.newSeq(0)).isEqualTo(9);
  }

  @Test
  @DisplayName("HDP-6 C-25 a position inside the output of a command folds none of it")
  void keepsCommandUntilItsWholeOutputIsBelow() {
    list.append(1, 1, Octets.empty());
    list.append(4, 4, Octets.ofText("defg"));

    list.foldTo(6);

    assertThat(list.size()).isOne();
    assertThat(list.basePosition()).isEqualTo(2);
    assertThat(list.baseOffset()).isEqualTo(-1);
    list.foldTo(7);
    assertThat(list.isEmpty()).isTrue();
    assertThat(list.basePosition()).isEqualTo(8);
  }

  @Test
  void foldingAtOrBelowBaseChangesNothing() {
    list.append(2, 2, Octets.ofText("i"));
    list.append(8, 2, Octets.ofText("i"));
    list.foldTo(5);
    List<Object> whole = state();

    list.foldTo(5);
    list.foldTo(1);

    assertThat(state()).isEqualTo(whole);
    assertThat(list.basePosition()).isEqualTo(4);
  }

  @Test
  @DisplayName("C-22 a list whose commands are all folded keeps the offset in one number")
  void keepsOffsetOfFoldedCommands() {
    list.append(2, 2, Octets.ofText("longer"));
    list.foldTo(1_000_000);

    assertThat(list.isEmpty()).isTrue();
    assertThat(list.offset()).isEqualTo(4);
    list.append(1_000_000, 1, Octets.empty());
    assertThat(list.newSeq(0)).isEqualTo(1_000_004);
    assertThat(list.offset()).isEqualTo(3);
  }

  @Test
  @DisplayName("C-2 thousands of commands are kept in order while the oldest are folded")
  void growsAndWraps() {
    int folded = 0;
    for (int i = 0; i < 10_000; i++) {
      list.append(10L * i, 3, Octets.ofText("ab"));
      if (i % 3 == 2) {
        folded += 2;
        list.foldTo(9L * folded);
      }
    }

    assertThat(list.size()).isEqualTo(10_000 - folded);
    assertThat(list.baseOffset()).isEqualTo(-folded);
    for (int i = 0; i < list.size(); i++) {
      long number = (long) folded + i;
      assertThat(list.orgSeq(i)).isEqualTo(10 * number);
      assertThat(list.newSeq(i)).isEqualTo(10 * number - number);
    }
    list.foldTo(100_000);
    assertThat(list.isEmpty()).isTrue();
    list.append(100_000, 0, Octets.ofText("x"));
    assertThat(list.newSeq(0)).isEqualTo(90_000);
    assertThat(list.octets(0)).isEqualTo(Octets.ofText("x"));
  }

  @Test
  @DisplayName("HDP-5 look-ups count the commands below a position of either stream")
  void countsCommandsBelowPosition() {
    for (int i = 0; i < 9; i++) {
      list.append(10L * i + 5, 4, Octets.ofText("ab"));
    }

    for (int i = 0; i < 9; i++) {
      assertThat(list.countStartingBelow(list.orgSeq(i))).isEqualTo(i);
      assertThat(list.countStartingBelow(list.orgSeq(i) + 1)).isEqualTo(i + 1);
      assertThat(list.countOutputStartingBelow(list.newSeq(i))).isEqualTo(i);
      assertThat(list.countOutputStartingBelow(list.newSeq(i) + 1)).isEqualTo(i + 1);
      assertThat(list.countOutputEndingAt(list.newEnd(i) - 1)).isEqualTo(i);
      assertThat(list.countOutputEndingAt(list.newEnd(i))).isEqualTo(i + 1);
    }
  }

  @Test
  @DisplayName("law 6 a trimmed list takes no memory for folded commands")
  void givesMemoryBack() {
    assertThat(list.heapBytes()).isZero();
    list.append(0, 1, Octets.ofText("ab"));
    assertThat(list.heapBytes()).isPositive();
    list.foldTo(2);
    list.trim();
    assertThat(list.heapBytes()).isZero();
  }

  private List<Object> state() {
    return List.of(
        list.size(),
        list.basePosition(),
        list.baseOffset(),
        list.offset(),
        list.orgEnd(),
        IntStream.range(0, list.size()).mapToObj(list::command).toList(),
        IntStream.range(0, list.size()).mapToObj(list::newSeq).toList());
  }
}
