package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.command.CommandList;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.store.ReleasedOctets;
import dev.midstream.testkit.random.SeededRounds;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** First copies are compared with those in records, as if octet by octet. */
class CopiesComparisonTest {
  private static final int ROUNDS = 2_000;
  private static final int LENGTH = 60;
  private static final int NONE = -1;

  private final MemoryBudget budget = new MemoryBudget(1 << 20, 0);
  private final CommandList commands = new CommandList();
  private final int[] kept = new int[LENGTH];
  private final int[] recorded = new int[LENGTH];
  private final boolean[] edited = new boolean[LENGTH];

  @Test
  void findsWhatANaiveComparisonFinds() {
    int[] errors = new int[1];
    SeededRounds.run(
        ROUNDS,
        random -> {
          CopiesComparisonTest test = new CopiesComparisonTest();
          test.draw(random);
          int owned = random.nextInt(LENGTH);
          int from = random.nextInt(LENGTH / 4);
          boolean isWrong = test.isWrong(from, owned);
          errors[0] += isWrong ? 1 : 0;
          ReleasedOctets copies = test.copies(test.kept);
          ReleasedOctets others = test.copies(test.recorded);
          String error =
              new CopiesComparison(copies, others, test.commands, owned).error(from, LENGTH);
          assertThat(error != null).as("%s", error).isEqualTo(isWrong);
        });
    assertThat(errors[0]).isBetween(ROUNDS / 10, ROUNDS * 9 / 10);
  }

  /** Draws copies with holes, and records that lack some of them, or have wrong ones. */
  private void draw(RandomGenerator random) {
    boolean isWrong = random.nextBoolean();
    int wrong = isWrong ? random.nextInt(LENGTH) : NONE;
    long offset = 0;
    for (int at = 0; at < LENGTH; ) {
      int end = Math.min(LENGTH, at + 1 + random.nextInt(9));
      boolean isKept = random.nextInt(4) > 0;
      boolean isEdit = isKept && random.nextInt(3) == 0;
      boolean isRecorded = isKept && (isEdit || random.nextBoolean());
      if (isEdit) {
        commands.append(at - offset, 0, end - at);
        offset += end - at;
      } else if (random.nextInt(3) == 0) {
        commands.append(at - offset, 1, 0); // a deletion, of which no octet is left
        offset -= 1;
      }
      for (; at < end; at++) {
        kept[at] = isKept ? random.nextInt(256) : NONE;
        recorded[at] = isRecorded ? kept[at] : NONE;
        edited[at] = isEdit;
      }
    }
    if (wrong != NONE) {
      recorded[wrong] = random.nextBoolean() ? NONE : random.nextInt(256);
    }
  }

  private boolean isWrong(int from, int owned) {
    for (int at = from; at < LENGTH; at++) {
      boolean mayLack = at >= owned && !edited[at];
      if (recorded[at] != kept[at] && !(mayLack && recorded[at] == NONE)) {
        return true;
      }
    }
    return false;
  }

  private ReleasedOctets copies(int[] octets) {
    ReleasedOctets copies =
        new ReleasedOctets(new UnpooledByteBufAllocator(false, true), budget.openAccount());
    for (int at = 0; at < LENGTH; at++) {
      if (octets[at] != NONE) {
        copies.append(at, Octets.of(new byte[] {(byte) octets[at]}));
      }
    }
    return copies;
  }
}
