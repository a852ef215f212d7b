package dev.midstream.reassembly.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.testkit.random.SeededRounds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Hashes of values that peers choose. */
class KeyedHashTest {
  private static final int PLACES = 1 << 10;
  private static final int COLLIDING = 64;

  private static int place(KeyedHash hashes, long client) {
    return hashes.of(client, 80) & (PLACES - 1);
  }

  @Test
  @DisplayName("H-39 keys that collide under one seed are spread under another")
  void spreadsKeysThatCollideUnderAnotherSeed() {
    SeededRounds.run(
        20,
        random -> {
          KeyedHash guessed = hashes(random);
          List<Long> colliding = new ArrayList<>();
          for (long client = 0; colliding.size() < COLLIDING; client++) {
            if (place(guessed, client) == 0) {
              colliding.add(client);
            }
          }
          KeyedHash hashes = hashes(random);
          Set<Integer> places = new HashSet<>();
          colliding.forEach(client -> places.add(place(hashes, client)));
          assertThat(places.size()).isGreaterThan(COLLIDING * 3 / 4);
        });
  }

  @Test
  void everyBitChangesTheHash() {
    SeededRounds.run(
        20,
        random -> {
          KeyedHash hashes = hashes(random);
          long[] words = random.longs(5).toArray();
          Set<Integer> seen = new HashSet<>();
          seen.add(of(hashes, words));
          for (int bit = 0; bit < 5 * Long.SIZE; bit++) {
            words[bit / Long.SIZE] ^= 1L << (bit % Long.SIZE);
            seen.add(of(hashes, words));
            words[bit / Long.SIZE] ^= 1L << (bit % Long.SIZE);
          }
          assertThat(seen).hasSizeGreaterThanOrEqualTo(5 * Long.SIZE);
        });
  }

  private static int of(KeyedHash hashes, long[] words) {
    return hashes.of(words[0], words[1], words[2], words[3], words[4]);
  }

  private static KeyedHash hashes(RandomGenerator random) {
    return new KeyedHash(new HashSeed(random.nextLong(), random.nextLong()));
  }
}
