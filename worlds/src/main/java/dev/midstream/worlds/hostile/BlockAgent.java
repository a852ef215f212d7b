package dev.midstream.worlds.hostile;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.agent.LambdaAgent;
import java.util.SplittableRandom;

/** An agent that decides each block of eight octets by a seed and the block's offset. */
public final class BlockAgent {
  private static final int BLOCK_BYTES = 8;
  private static final int MAX_HELD_BYTES = 200;

  private final long seed;

  private BlockAgent(long seed) {
    this.seed = seed;
  }

  /** The agent of {@code seed}. */
  public static LambdaAgent of(long seed) {
    return LambdaAgent.by(new BlockAgent(seed)::decide).maxHold(MAX_HELD_BYTES).withFlush();
  }

  private void decide(Direction direction, OctetView view, Decisions out) {
    boolean last = view.endOfStream() || view.flush();
    for (int at = 0; at < view.length(); ) {
      long place = view.start() + at;
      int room = (int) (BLOCK_BYTES - Math.floorMod(place, (long) BLOCK_BYTES));
      int length = Math.min(room, view.length() - at);
      if (length < room && !last) {
        return;
      }
      long block = Math.floorDiv(place, (long) BLOCK_BYTES);
      if (!block(direction, new SplittableRandom(seed + 31 * block), length, out)) {
        return;
      }
      at += length;
    }
  }

  /** Decides one block; returns whether the next one may be decided in the same call. */
  private static boolean block(
      Direction direction, SplittableRandom dice, int length, Decisions out) {
    switch (dice.nextInt(12)) {
      case 0, 1 -> out.replace(length, letters('r', dice.nextInt(1, 40)));
      case 2 -> out.replace(length, Octets.empty());
      case 3 -> {
        out.replace(0, letters('i', dice.nextInt(1, 10)));
        out.pass(length);
      }
      case 4 -> {
        out.replace(length, Octets.empty());
        out.reply(direction.opposite(), letters('a', dice.nextInt(1, 40)));
      }
      case 5 -> {
        out.pass(length);
        out.skip(dice.nextInt(1, 60));
        return false;
      }
      case 6 -> {
        return end(direction, dice.nextInt(20), length, out);
      }
      default -> out.pass(length);
    }
    return true;
  }

  private static boolean end(Direction direction, int what, int length, Decisions out) {
    switch (what) {
      case 0 -> throw new IllegalStateException("the agent fails");
      case 1 -> out.detach();
      case 2 -> out.finish(direction);
      case 3 -> {
        out.pass(length);
        out.finish(direction.opposite());
      }
      case 4 -> out.abort(direction, "the agent resets one end");
      default -> out.pass(length);
    }
    return what > 2 && what != 4;
  }

  private static Octets letters(char letter, int count) {
    return Octets.ofText(String.valueOf(letter).repeat(count));
  }
}
