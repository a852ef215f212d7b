package dev.midstream.modcmd.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.map.FinMap;
import dev.midstream.modcmd.map.FoldPolicy;
import dev.midstream.modcmd.map.OffsetMap;
import dev.midstream.modcmd.map.WindowMap;
import dev.midstream.modcmd.range.RangeSet;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** State as octets, and what damaged octets lead to. */
class StateOctetsTest {
  private final StateWriter out = new StateWriter();

  private StateReader reader() {
    return new StateReader(out.toOctets(), 0, out.length());
  }

  private static StateReader of(int... octets) {
    byte[] all = new byte[octets.length];
    for (int i = 0; i < octets.length; i++) {
      all[i] = (byte) octets[i];
    }
    return new StateReader(all, 0, all.length);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 127, 128, -1, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE})
  @DisplayName("HDP-17 numbers of every size are read as they were written")
  void keepsNumbers(long value) {
    out.number(value);
    out.signed(value);
    out.int64(value);
    out.int32((int) value);
    StateReader in = reader();
    assertThat(in.number()).isEqualTo(value);
    assertThat(in.signed()).isEqualTo(value);
    assertThat(in.int64()).isEqualTo(value);
    assertThat(in.int32()).isEqualTo((int) value);
    assertThat(in.remaining()).isZero();
  }

  @Test
  @DisplayName("HDP-17 small numbers take one octet, also negative ones")
  void writesSmallNumbersShort() {
    out.number(127);
    out.signed(-64);
    assertThat(out.length()).isEqualTo(2);
  }

  @Test
  @DisplayName("HDP-17 a time is as old for the clock of the reader as for that of the writer")
  void keepsAges() {
    out.time(900, 1_000);
    out.time(1_300, 1_000);
    out.time(Long.MAX_VALUE, 1_000);
    out.time(Long.MIN_VALUE, 1_000);
    StateReader in = reader();
    assertThat(in.time(-5_000)).isEqualTo(-5_100);
    assertThat(in.time(-5_000)).isEqualTo(-4_700);
    assertThat(in.time(-5_000)).isEqualTo(Long.MAX_VALUE);
    assertThat(in.time(-5_000)).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  @DisplayName("HDP-17 octets, texts and flags are read as they were written")
  void keepsOctets() {
    out.octets(MemorySegment.ofArray(new byte[] {9, 8, 7, 6}), 1, 2);
    out.octets(new byte[] {1, 2, 3}, 1, 1);
    out.text("größer");
    out.text("a".repeat(1_000));
    out.flags(true, false, true);
    out.flags(false, true);
    out.flags(false, false, false, true);
    out.flags(false, false, false, false, true);
    StateReader in = reader();
    assertThat(in.octets(3)).containsExactly(8, 7, 2);
    assertThat(in.text()).isEqualTo("größer");
    assertThat(in.text()).isEqualTo("a".repeat(1_000));
    assertThat(in.count(7)).isEqualTo(5);
    assertThat(in.count(3)).isEqualTo(2);
    assertThat(in.count(15)).isEqualTo(8);
    assertThat(in.count(31)).isEqualTo(16);
  }

  @Test
  @DisplayName("HDP-17 a field of an unknown kind can be skipped")
  void skipsFields() {
    int place = out.beginField(9);
    out.octets(new byte[1_000], 0, 1_000);
    out.endField(place);
    out.octet(77);
    StateReader in = reader();
    assertThat(in.octet()).isEqualTo(9);
    assertThat(in.field().remaining()).isEqualTo(1_000);
    assertThat(in.octet()).isEqualTo(77);
  }

  @Test
  @DisplayName("HDP-17 octets that are cut short, too long or out of range are refused")
  void refusesDamagedOctets() {
    assertThatThrownBy(() -> of().octet()).isInstanceOf(MalformedState.class);
    assertThatThrownBy(() -> of(0x80).number()).isInstanceOf(MalformedState.class);
    assertThatThrownBy(() -> of(255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1).number())
        .isInstanceOf(MalformedState.class);
    assertThatThrownBy(() -> of(5).count(4)).isInstanceOf(MalformedState.class);
    assertThatThrownBy(() -> of(1, 0).octets(3)).isInstanceOf(MalformedState.class);
    assertThatThrownBy(() -> of(0xff, 0xff, 0xff, 0xff).field()).isInstanceOf(MalformedState.class);
    out.number(1L << 62);
    assertThatThrownBy(() -> reader().position()).isInstanceOf(MalformedState.class);
    out.clear();
    out.number(1L << 61);
    assertThatThrownBy(() -> reader().positionAfter(1L << 61)).isInstanceOf(MalformedState.class);
  }

  @Test
  @DisplayName("HDP-17 a position before or after another one is read as it was written")
  void keepsDistances() {
    out.signed(-70);
    out.signed(5);
    out.signed(-101);
    out.signed(Long.MAX_VALUE);
    StateReader in = reader();
    assertThat(in.positionNear(100)).isEqualTo(30);
    assertThat(in.positionNear(100)).isEqualTo(105);
    assertThatThrownBy(() -> in.positionNear(100)).isInstanceOf(MalformedState.class);
    assertThatThrownBy(() -> in.positionNear(100)).isInstanceOf(MalformedState.class);
  }

  @Test
  @DisplayName("HDP-17 commands are read with their base, and map as before")
  void keepsCommands() {
    CommandList commands = new CommandList();
    commands.append(10, 2, 5);
    commands.append(20, 4, 0);
    commands.append(30, 0, 7);
    commands.foldTo(15);
    commands.write(out);
    CommandList read = new CommandList();
    read.read(reader());
    assertThat(read.basePosition()).isEqualTo(12);
    assertThat(read.baseOffset()).isEqualTo(3);
    assertThat(read.size()).isEqualTo(2);
    assertThat(read.offset()).isEqualTo(6);
    OffsetMap map = new OffsetMap(commands);
    OffsetMap mapRead = new OffsetMap(read);
    for (long at = 12; at < 40; at++) {
      assertThat(mapRead.before(at)).isEqualTo(map.before(at));
      assertThat(mapRead.after(at)).isEqualTo(map.after(at));
    }
  }

  @Test
  @DisplayName("HDP-17 commands without effect, or more of them than octets, are refused")
  void refusesDamagedCommands() {
    assertThatThrownBy(() -> new CommandList().read(of(0, 0, 1, 0, 0, 0)))
        .isInstanceOf(MalformedState.class);
    assertThatThrownBy(() -> new CommandList().read(of(0, 0, 100, 1, 1, 1)))
        .isInstanceOf(MalformedState.class);
    assertThatThrownBy(() -> new CommandList().read(of(0, 3, 0)))
        .isInstanceOf(MalformedState.class);
  }

  @Test
  @DisplayName("HDP-17 commands are folded at the time at which they would have been")
  void keepsWhenCommandsAreFolded() {
    CommandList commands = new CommandList();
    commands.append(10, 2, 5);
    FoldPolicy folding = new FoldPolicy(commands, 8);
    folding.fold(20, 1_000, 100, 7_000);
    assertThat(folding.dueNanos(100)).isEqualTo(7_200);
    folding.write(out, 7_050);
    FoldPolicy read = new FoldPolicy(commands, 8);
    read.read(reader(), -50);
    assertThat(read.isMarked()).isTrue();
    assertThat(read.markNew()).isEqualTo(20);
    assertThat(read.dueNanos(100)).isEqualTo(100);
    read.fold(20, 1_000, 100, 99);
    assertThat(commands.size()).isOne();
    read.fold(20, 1_000, 100, 100);
    assertThat(commands.isEmpty()).isTrue();
    assertThat(read.isMarked()).isFalse();
  }

  @Test
  @DisplayName("HDP-17 a FIN is read with its places, and whether it was sent")
  void keepsFins() {
    OffsetMap map = new OffsetMap(new CommandList());
    map.decideTo(5);
    FinMap fin = new FinMap(map);
    fin.arrive(5);
    fin.settle();
    fin.release();
    fin.writeEssential(out, false);
    fin.writeRest(out);
    FinMap read = new FinMap(map);
    StateReader in = reader();
    read.readEssential(in);
    read.readRest(in);
    assertThat(read.orgFin()).isEqualTo(5);
    assertThat(read.newFin()).isEqualTo(5);
    assertThat(read.isReleased()).isTrue();
    assertThat(read.isOwn()).isFalse();
    out.clear();
    new FinMap(map).writeEssential(out, false);
    FinMap none = new FinMap(map);
    none.readEssential(reader());
    assertThat(none.isKnown()).isFalse();
    assertThat(none.isSettled()).isFalse();
  }

  @Test
  @DisplayName("HDP-17 a FIN that is not settled is essential only if it has left")
  void keepsUnsettledFinsThatLeft() {
    OffsetMap map = new OffsetMap(new CommandList());
    FinMap fin = new FinMap(map);
    fin.arrive(5);
    fin.writeEssential(out, false);
    FinMap read = new FinMap(map);
    read.readEssential(reader());
    assertThat(read.isKnown()).isFalse();
    out.clear();
    fin.writeEssential(out, true);
    FinMap left = new FinMap(map);
    left.readEssential(reader());
    assertThat(left.orgFin()).isEqualTo(5);
    assertThat(left.isSettled()).isFalse();
  }

  @Test
  @DisplayName("HDP-17 an advertised window is read with its edges, and goes on")
  void keepsWindows() {
    OffsetMap map = new OffsetMap(new CommandList());
    WindowMap window = new WindowMap(map);
    window.scale(3);
    window.advertise(1_001, 0, false);
    window.write(out);
    WindowMap read = new WindowMap(map);
    read.read(reader());
    assertThat(read.scale()).isEqualTo(3);
    assertThat(read.edge()).isEqualTo(window.edge());
    assertThat(read.grantedEdge()).isEqualTo(window.grantedEdge());
    assertThat(read.shownEdge()).isEqualTo(window.shownEdge());
    assertThat(read.largestBytes()).isEqualTo(window.largestBytes());
    assertThat(read.advertise(1_001, 100, false)).isEqualTo(window.advertise(1_001, 100, false));
  }

  @Test
  @DisplayName("HDP-17 sets of ranges are read as they were written; empty ranges are refused")
  void keepsRanges() {
    RangeSet ranges = new RangeSet();
    ranges.add(3, 9);
    ranges.add(20, 21);
    ranges.write(out);
    RangeSet read = new RangeSet();
    read.read(reader());
    assertThat(read.size()).isEqualTo(2);
    assertThat(read.contains(3, 9)).isTrue();
    assertThat(read.contains(20, 21)).isTrue();
    assertThatThrownBy(() -> new RangeSet().read(of(1, 4, 0))).isInstanceOf(MalformedState.class);
  }

  @Test
  @DisplayName("HDP-17 a buffer whose memory is hardly used gives it back")
  void givesBackMemoryThatIsNotUsedAnyMore() {
    StateWriter writer = new StateWriter();
    int initial = writer.memory().length;
    writer.octets(new byte[100_000], 0, 100_000);
    for (int i = 0; i < 63; i++) {
      writer.clear();
      writer.octet(i);
    }
    assertThat(writer.memory().length).isGreaterThanOrEqualTo(100_000);
    for (int i = 0; i < 10_000; i++) {
      writer.clear();
      writer.octet(i);
    }
    assertThat(writer.memory()).hasSize(initial);
    assertThat(writer.toOctets()).hasSize(1);
  }

  @Test
  @DisplayName("HDP-17 a buffer that is used now and then allocates nothing")
  void keepsMemoryThatIsUsedNowAndThen() {
    StateWriter writer = new StateWriter();
    writer.octets(new byte[100_000], 0, 100_000);
    byte[] memory = writer.memory();
    for (int i = 0; i < 10_000; i++) {
      writer.clear();
      writer.octets(new byte[40_000], 0, i % 60 == 0 ? 40_000 : 10);
    }
    assertThat(writer.memory()).isSameAs(memory);
  }
}
