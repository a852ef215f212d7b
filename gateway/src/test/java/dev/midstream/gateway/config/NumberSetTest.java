package dev.midstream.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.config.NumberSet.Range;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Sets of numbers beside sets of bits. */
class NumberSetTest {
  private static final int NUMBERS = 24;

  @RepeatedTest(300)
  @DisplayName("unions, common and remaining numbers are those of a set of bits")
  void agreesWithABitSet(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    List<Range> ranges = ranges(random);
    List<Range> others = ranges(random);
    NumberSet set = NumberSet.of(ranges);
    NumberSet other = NumberSet.of(others);
    BitSet common = bits(ranges);
    common.and(bits(others));
    BitSet rest = bits(ranges);
    rest.andNot(bits(others));

    assertThat(set).isEqualTo(NumberSet.of(ranges(bits(ranges))));
    assertThat(set.and(other)).isEqualTo(NumberSet.of(ranges(common)));
    assertThat(set.minus(other)).isEqualTo(NumberSet.of(ranges(rest)));
    assertThat(set.isEmpty()).isEqualTo(ranges.isEmpty());
  }

  private static List<Range> ranges(Random random) {
    List<Range> ranges = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      int first = random.nextInt(NUMBERS);
      ranges.add(Range.of(first, first + random.nextInt(NUMBERS - first)));
    }
    return ranges;
  }

  /** Each number as a range of its own. */
  private static List<Range> ranges(BitSet bits) {
    return bits.stream().mapToObj(bit -> Range.of(bit, bit)).toList();
  }

  private static BitSet bits(List<Range> ranges) {
    BitSet bits = new BitSet();
    for (Range range : ranges) {
      bits.set(range.first().intValueExact(), range.last().intValueExact() + 1);
    }
    return bits;
  }
}
