package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.command.CommandList;
import dev.midstream.testkit.random.SeededRounds;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Commands are compared with those in records, some of which were folded since, or join. */
class CommandsComparisonTest {
  private static final int ROUNDS = 1_000;
  private static final int MOST_COMMANDS = 8;

  private final CommandList kept = new CommandList();
  private final CommandList recorded = new CommandList();

  /** Draws the same commands for both; the records have one command with another length. */
  private void draw(RandomGenerator random, int commands, int wrong) {
    long at = 0;
    for (int i = 0; i < commands; i++) {
      at += random.nextInt(3);
      int orgLength = random.nextInt(4);
      int newLength = orgLength == 0 ? 1 + random.nextInt(3) : random.nextInt(3);
      int other = i == wrong ? newLength + 1 : newLength;
      if (newLength == 0 && other == 0) {
        deleteInParts(at, orgLength, random);
      } else {
        append(kept, at, orgLength, newLength);
        recorded.append(at, orgLength, other);
      }
      at += orgLength;
    }
  }

  private static void append(CommandList to, long at, int orgLength, int newLength) {
    if (newLength == 0) {
      to.delete(at, orgLength);
    } else {
      to.append(at, orgLength, newLength);
    }
  }

  private void deleteInParts(long orgSeq, int orgLength, RandomGenerator random) {
    kept.delete(orgSeq, orgLength);
    for (int i = 0; i < orgLength; ) {
      int part = 1 + random.nextInt(orgLength - i);
      recorded.append(orgSeq + i, part, 0);
      i += part;
    }
  }

  private @Nullable String error() {
    return new CommandsComparison(kept, recorded).error();
  }

  private static void fold(CommandList list, RandomGenerator random) {
    long newEnd = list.orgEnd() + list.offset();
    list.foldTo(random.nextLong(newEnd + 1));
  }

  @Test
  void acceptsCommandsThatAreFoldedOrJoin() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          CommandsComparisonTest test = new CommandsComparisonTest();
          test.draw(random, random.nextInt(MOST_COMMANDS), -1);
          fold(test.kept, random);
          assertThat(test.error()).isNull();
        });
  }

  @Test
  void findsAnotherCommand() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          CommandsComparisonTest test = new CommandsComparisonTest();
          int commands = 1 + random.nextInt(MOST_COMMANDS);
          test.draw(random, commands, random.nextInt(commands));
          if (random.nextBoolean()) {
            fold(test.kept, random);
          }
          assertThat(test.error()).isNotNull();
        });
  }

  @Test
  void findsACommandThatOnlyOneHas() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          CommandsComparisonTest test = new CommandsComparisonTest();
          test.draw(random, random.nextInt(MOST_COMMANDS), -1);
          CommandList one = random.nextBoolean() ? test.kept : test.recorded;
          append(one, one.orgEnd(), 1, random.nextInt(2) * 2);
          assertThat(test.error()).isNotNull();
        });
  }

  @Test
  void findsRecordsThatAreFoldedFurther() {
    kept.append(0, 1, 2);
    recorded.append(0, 1, 2);
    recorded.foldTo(2);
    assertThat(error()).startsWith("no command of [0, 1)");
  }
}
