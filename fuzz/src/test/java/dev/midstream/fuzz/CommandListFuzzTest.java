package dev.midstream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.map.OffsetMap;
import dev.midstream.modcmd.map.SackMap;
import org.junit.jupiter.api.DisplayName;

/** Arbitrary decisions and folds, compared with a naive twin at every position. */
class CommandListFuzzTest {
  private static final int MAX_BYTES = 300;

  @FuzzTest
  @DisplayName("HDP-5 HDP-6 any decisions and folds map every position like the naive twin")
  void mapsAsTheTwin(byte[] input) {
    OctetScript script = new OctetScript(input);
    CommandList commands = new CommandList();
    OffsetMap map = new OffsetMap(commands);
    NaiveStream twin = new NaiveStream();
    while (script.hasMore() && twin.decided() < MAX_BYTES && twin.newLength() < MAX_BYTES) {
      int operation = script.nextOctet();
      int count = operation >>> 2 & 7;
      switch (operation & 3) {
        case 0, 1 -> twin.pass(count);
        case 2 -> edit(commands, twin, count, operation >>> 5);
        default -> {
          int asked = script.nextOctet() % (twin.newLength() + 1);
          commands.foldTo(asked);
          twin.foldTo(asked);
        }
      }
      map.decideTo(twin.decided());
    }
    compare(map, twin);
    compareBlocks(map, twin, script.nextOctet(), script.nextOctet());
  }

  private static void edit(CommandList commands, NaiveStream twin, int count, int newCount) {
    if (count + newCount > 0) {
      commands.append(twin.decided(), count, Octets.of(new byte[newCount]));
      twin.replace(count, newCount);
    }
  }

  private static void compare(OffsetMap map, NaiveStream twin) {
    assertThat(map.newEnd()).isEqualTo(twin.newLength());
    for (int place = twin.base(); place <= twin.decided(); place++) {
      int before = Math.max(twin.newBase(), twin.before(place));
      int end = Math.max(twin.newBase(), twin.dataEnd(place));
      assertThat(map.before(place)).as("before %d", place).isEqualTo(before);
      assertThat(map.dataEnd(place)).as("data end %d", place).isEqualTo(end);
      assertThat(map.down(place)).as("down %d", place).isEqualTo(twin.down(place));
      assertThat(map.up(place)).as("up %d", place).isEqualTo(twin.up(place));
    }
    for (int place = 0; place <= twin.newLength() + 1; place++) {
      assertThat(map.acknowledgement(place))
          .as("acknowledgement %d", place)
          .isEqualTo(Math.max(twin.base(), twin.acknowledgement(place)));
    }
  }

  private static void compareBlocks(OffsetMap map, NaiveStream twin, int from, int up) {
    SackMap sacks = new SackMap(map);
    int base = twin.base();
    int ack = base + up % (twin.decided() - base + 1);
    for (int left = from % 8; left < twin.newLength(); left += 1 + up % 5) {
      int right = Math.min(twin.newLength(), left + 1 + from / 8);
      int first = left > twin.newBase() ? Math.max(ack, twin.firstCutFrom(left)) : ack;
      int last = Math.max(base, twin.acknowledgement(right));
      long start = sacks.start(left, ack);
      long end = sacks.end(right);
      assertThat(start < end).as("block %d", left).isEqualTo(first < last);
      if (first < last) {
        assertThat(start).as("block %d", left).isEqualTo(first);
        assertThat(end).as("block to %d", right).isEqualTo(last);
      }
    }
  }
}
