package dev.midstream.reassembly.law;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.law.GoodputPair.Transfer;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Loss before the box costs what it costs without the box. {@code -Dmidstream.goodput-pairs=200}
 * runs the full number of pairs; each test prints its line of the table.
 */
class GoodputTest {
  private static final int PAIRS = Integer.getInteger("midstream.goodput-pairs", 100);
  private static final double LEAST_RATIO = 0.95;

  /** A kind of sender. */
  enum Sender {
    RACK,
    RFC_6675,
    NO_SACK;

    EndpointOptions options() {
      return switch (this) {
        case RACK -> EndpointOptions.MODERN;
        case RFC_6675 -> EndpointOptions.MODERN.without(Behaviour.RACK);
        case NO_SACK ->
            EndpointOptions.MODERN.without(
                Behaviour.RACK, Behaviour.SACK, Behaviour.D_SACK, Behaviour.UNDO);
      };
    }
  }

  static Stream<Arguments> entries() {
    List<Arguments> entries = new ArrayList<>();
    for (Sender sender : Sender.values()) {
      for (double loss : new double[] {0.01, 0.05}) {
        for (int box : new int[] {1, 50, 99}) {
          entries.add(Arguments.of(sender, loss, box));
        }
      }
    }
    return entries.stream();
  }

  @ParameterizedTest(name = "{0} loss {1} box at {2} %")
  @MethodSource("entries")
  @DisplayName("H-2 C-13 loss before the box costs no more than without it")
  void lossBeforeTheBoxCostsNoMore(Sender sender, double loss, int boxPercent) {
    GoodputPair pair = new GoodputPair(sender.options(), loss, boxPercent);
    List<Double> ratios =
        LongStream.rangeClosed(1, PAIRS).parallel().mapToObj(pair::ratio).sorted().toList();
    double median = ratios.get(ratios.size() / 2);
    System.out.println(line(sender, pair, median, ratios.getFirst()));
    assertThat(median).as(pair.toString()).isGreaterThanOrEqualTo(LEAST_RATIO);
  }

  private static String line(Sender sender, GoodputPair pair, double median, double least) {
    Transfer direct = sum(pair, false);
    Transfer through = sum(pair, true);
    return String.format(
        Locale.ROOT,
        "goodput | %-8s | loss %.0f %% | box %2d %% | median %.3f | least %.3f | timeouts %d / %d"
            + " | retransmissions %d / %d | PAWS %d",
        sender,
        100 * pair.loss(),
        pair.boxPercent(),
        median,
        least,
        through.timeouts(),
        direct.timeouts(),
        through.retransmissions(),
        direct.retransmissions(),
        through.pawsDrops());
  }

  private static Transfer sum(GoodputPair pair, boolean withBox) {
    return LongStream.rangeClosed(1, Math.min(PAIRS, 20))
        .mapToObj(seed -> withBox ? pair.throughBox(seed) : pair.direct(seed))
        .reduce(
            new Transfer(0, 0, 0, 0),
            (a, b) ->
                new Transfer(
                    a.nanos() + b.nanos(),
                    a.timeouts() + b.timeouts(),
                    a.retransmissions() + b.retransmissions(),
                    a.pawsDrops() + b.pawsDrops()));
  }
}
