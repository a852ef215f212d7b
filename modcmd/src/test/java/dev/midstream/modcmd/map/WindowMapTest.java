package dev.midstream.modcmd.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.SeededRounds;
import dev.midstream.modcmd.command.CommandList;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowMapTest {
  private static final long NO_LIMIT = Long.MAX_VALUE;

  private final CommandList commands = new CommandList();
  private final OffsetMap map = new OffsetMap(commands);
  private final WindowMap window = new WindowMap(map);

  @ParameterizedTest(name = "right edge {0} becomes {1}")
  @CsvSource({"0, 0", "12, 12", "20, 20", "25, 20", "30, 22", "40, 32", "108, 100", "500, 492"})
  @DisplayName(
      "C-31 the receiver's right edge maps as an acknowledgement, beyond the end by distance")
  void mapsRightEdge(long newRight, long expected) {
    commands.append(20, 2, Octets.ofText("0123456789"));
    map.decideTo(100);

    assertThat(window.rightEdge(newRight)).isEqualTo(expected);
  }

  @Test
  @DisplayName("C-31 the right edge at the end of the output maps to the end of the decided octets")
  void mapsRightEdgeAfterInsertionAtFront() {
    map.decideTo(100);
    commands.append(100, 0, Octets.ofText("ab"));

    assertThat(window.rightEdge(101)).isEqualTo(100);
    assertThat(window.rightEdge(102)).isEqualTo(100);
    assertThat(window.rightEdge(103)).isEqualTo(101);
  }

  @Test
  @DisplayName("C-33 an edit that grows never moves the edge left")
  void keepsEdgeWhenEditGrows() {
    assertThat(window.advertise(window.targetEdge(1000, NO_LIMIT), 0, false)).isEqualTo(1000);
    commands.append(0, 1, Octets.of(new byte[401]));
    map.decideTo(1);

    assertThat(window.rightEdge(1000)).isEqualTo(600);
    assertThat(window.advertise(window.targetEdge(1000, NO_LIMIT), 1, true)).isEqualTo(999);
    assertThat(window.edge()).isEqualTo(1000);
  }

  @Test
  @DisplayName("C-32 the growth of the edge is measured in units of the scale")
  void measuresGrowthInUnitsOfScale() {
    window.scale(7);
    assertThat(window.advertise(1000, 0, false)).isEqualTo(7);
    assertThat(window.growth(1000, 0, false)).isZero();
    assertThat(window.growth(1023, 0, false)).isZero();
    assertThat(window.growth(1024, 0, false)).isEqualTo(128);
    assertThat(window.edge()).isEqualTo(896);
    assertThat(window.growth(900, 896, false)).as("a closed window opens").isEqualTo(128);
    assertThat(window.growth(900, 896, true)).as("not while octets wait for it").isZero();
  }

  @Test
  @DisplayName("C-33 the connection's octet limit stops the edge but never moves it left")
  void stopsEdgeAtLimit() {
    assertThat(window.targetEdge(1000, 700)).isEqualTo(700);
    assertThat(window.advertise(700, 0, false)).isEqualTo(700);

    assertThat(window.advertise(window.targetEdge(1000, 300), 0, false)).isEqualTo(700);
  }

  @Test
  @DisplayName("H-15 H-27 C-31 rounding up does not let a sender go on into a closed window")
  void closesWhenOnlyRoundingIsLeft() {
    window.scale(11);
    map.decideTo(5_000);

    assertThat(window.advertise(3_048, 1_000, true)).isEqualTo(1);
    assertThat(window.advertise(2_000, 2_000, true)).as("1,048 octets are left").isEqualTo(1);
    assertThat(window.edge()).isEqualTo(4_048);
    assertThat(window.advertise(2_000, 4_000, true)).as("48 octets of rounding").isZero();
    assertThat(window.edge()).isEqualTo(4_048);
    assertThat(window.shownEdge()).isEqualTo(4_000);
    assertThat(window.growth(4_020, 4_000, true)).isZero();
    assertThat(window.growth(6_048, 4_000, true)).isEqualTo(2_048);
    assertThat(window.advertise(6_048, 4_000, true)).isEqualTo(1);
    assertThat(window.shownEdge()).isEqualTo(6_048);
  }

  @Test
  @DisplayName("C-31 the field is rounded up where rounding down would move the edge left")
  void roundsUpToKeepEdge() {
    window.scale(7);
    map.decideTo(500);

    assertThat(window.advertise(1000, 100, false)).isEqualTo(7);
    assertThat(window.edge()).isEqualTo(996);
    assertThat(window.advertise(1000, 200, false)).isEqualTo(7);
    assertThat(window.edge()).isEqualTo(1096);
    assertThat(window.advertise(1096, 200, false)).isEqualTo(7);
    assertThat(window.edge()).isEqualTo(1096);
  }

  @ParameterizedTest(name = "{0} octets open, waiting {1}: field {2}")
  @CsvSource({"0, false, 0", "1, false, 1", "127, false, 1", "127, true, 0", "128, true, 1"})
  @DisplayName("C-32 an open window is never advertised as closed, unless output waits")
  void advertisesOpenWindowAsOpen(long open, boolean waiting, int field) {
    window.scale(7);

    assertThat(window.advertise(open, 0, waiting)).isEqualTo(field);
    assertThat(window.edge()).isEqualTo((long) field << 7);
  }

  @Test
  @DisplayName("C-31 the field of a segment with SYN is not scaled")
  void advertisesUnscaledWindowInSyn() {
    window.scale(3);

    assertThat(window.advertiseInSyn(5001, 0)).isEqualTo(5001);
    assertThat(window.edge()).isEqualTo(5001);
    assertThat(window.advertiseInSyn(200_000, 0)).isEqualTo(65_535);
    assertThat(window.edge()).isEqualTo(65_535);
  }

  @Test
  @DisplayName("C-31 a window wider than the field is advertised with the largest field")
  void limitsWindowToField() {
    window.scale(2);

    assertThat(window.advertise(1_000_000, 10, false)).isEqualTo(65_535);
    assertThat(window.edge()).isEqualTo(10 + 4 * 65_535L);
  }

  @Test
  @DisplayName("C-31 the field of the present edge is rounded up, and moves no edge")
  void keepsEdgeInField() {
    window.scale(7);
    window.advertise(1_000, 0, false);

    assertThat(window.fieldOfEdge(0)).isEqualTo(7);
    assertThat(window.fieldOfEdge(1)).isEqualTo(7);
    assertThat(window.fieldOfEdge(128)).isEqualTo(6);
    assertThat(window.fieldOfEdge(895)).isEqualTo(1);
    assertThat(window.fieldOfEdge(896)).isZero();
    assertThat(window.fieldOfEdge(2_000)).isZero();
    assertThat(window.edge()).isEqualTo(896);
    window.advertise(1L << 40, 0, false);
    assertThat(window.fieldOfEdge(0)).isEqualTo(65_535);
    window.scale(0);
    assertThat(window.fieldOfEdge(0)).isEqualTo(65_535);
  }

  @Test
  @DisplayName("C-31 a window that left counts as advertised, the largest one for ever")
  void notesAdvertisedWindow() {
    window.scale(7);
    window.onAdvertised(100, 3);
    assertThat(window.edge()).isEqualTo(484);
    assertThat(window.largestBytes()).isEqualTo(384);
    window.onAdvertised(200, 2);
    assertThat(window.edge()).isEqualTo(484);
    assertThat(window.largestBytes()).isEqualTo(384);
  }

  @Test
  @DisplayName("C-31 an acknowledgement of the FIN beyond the edge closes the window")
  void closesAfterFin() {
    window.advertise(100, 0, false);

    assertThat(window.advertise(100, 101, false)).isZero();
    assertThat(window.edge()).isEqualTo(101);
  }

  @Test
  void limitsScale() {
    window.scale(200);
    assertThat(window.scale()).isEqualTo(14);
    window.scale(0);
    assertThat(window.scale()).isZero();
    assertThatThrownBy(() -> window.scale(-1)).hasMessage("negative window scale: shift=-1");
  }

  @Test
  @DisplayName("C-31 C-32 the field always matches the edge, and the edge never moves left")
  void keepsEdgeAndFieldConsistent() {
    SeededRounds.run(5_000, 500_000, WindowMapTest::showAtRandom);
  }

  private static long showAtRandom(RandomGenerator random) {
    WindowMap window = new WindowMap(new OffsetMap(new CommandList()));
    int scale = random.nextInt(15);
    window.scale(scale);
    long ack = 0;
    long granted = 0;
    for (int i = 0; i < 100; i++) {
      ack = random.nextLong(ack, Math.max(ack, window.edge()) + 1);
      long edge = window.shownEdge();
      long target = ack + random.nextLong(1L << random.nextInt(1, 32)) - random.nextInt(2_000);
      boolean waiting = random.nextBoolean();
      granted = Math.max(granted, target);
      check(window, target, granted, ack, edge, waiting);
      granted = Math.min(granted, window.edge());
      Same.position("granted", i, granted, window.grantedEdge());
      Same.position("again", i, window.edge(), again(window, target, ack, waiting));
    }
    return 100;
  }

  private static void check(
      WindowMap window, long target, long granted, long ack, long edge, boolean waiting) {
    long unit = 1L << window.scale();
    long wanted = Math.max(edge, target);
    long before = window.edge();
    int field = window.advertise(target, ack, waiting);
    boolean filled = ack >= granted && Math.max(edge, ack) - ack < unit;
    Same.truth("fits", ack, true, field >= 0 && field <= 65_535);
    Same.truth("filled", ack, true, field == 0 || !filled);
    Same.position("field", ack, ack + field * unit, window.shownEdge());
    Same.truth("left", ack, true, filled || window.shownEdge() >= edge);
    Same.truth("excess", ack, true, window.shownEdge() < Math.max(wanted, ack) + unit);
    Same.truth("closed", ack, true, field > 0 || wanted <= ack || waiting || filled);
    Same.truth("short", ack, true, field == 65_535 || window.shownEdge() > wanted - unit);
    Same.truth("edge", ack, true, window.edge() >= Math.max(before, window.shownEdge()));
  }

  private static long again(WindowMap window, long target, long ack, boolean waiting) {
    window.advertise(target, ack, waiting);
    return window.edge();
  }
}
