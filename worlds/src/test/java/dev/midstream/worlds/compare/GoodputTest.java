package dev.midstream.worlds.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.worlds.compare.GoodputPair.Transfer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares the goodput under loss with and without the engine. Each test prints its line of the
 * table; {@code -Dmidstream.goodput-pairs=N} runs another number of pairs.
 */
@Tag("worlds")
class GoodputTest {
  private static final int PAIRS = Integer.getInteger("midstream.goodput-pairs", 200);
  private static final double MIN_RATIO = 0.95;

  /** Transfers without the engine, shared by all positions of the engine. */
  private static final Map<String, List<Transfer>> DIRECT = new ConcurrentHashMap<>();

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
  @DisplayName("T-3 H-2 C-13 loss before the engine costs no more than without the engine")
  void lossBeforeTheEngineCostsNoGoodput(Sender sender, double loss, int boxPercent) {
    GoodputPair pair = new GoodputPair(sender.options(), loss, boxPercent);
    List<Transfer> direct = DIRECT.computeIfAbsent(sender + " " + loss, path -> all(pair::direct));
    List<Transfer> through = all(pair::throughEngine);
    List<Double> ratios =
        IntStream.range(0, PAIRS)
            .mapToObj(i -> (double) direct.get(i).nanos() / through.get(i).nanos())
            .sorted()
            .toList();
    double median = ratios.get(PAIRS / 2);
    System.out.println(line(sender, pair, median, ratios.getFirst(), direct, through));
    assertThat(median).as(pair.toString()).isGreaterThanOrEqualTo(MIN_RATIO);
  }

  private static List<Transfer> all(LongFunction<Transfer> transfer) {
    return LongStream.rangeClosed(1, PAIRS).parallel().mapToObj(transfer).toList();
  }

  private static String line(
      Sender sender,
      GoodputPair pair,
      double median,
      double min,
      List<Transfer> direct,
      List<Transfer> through) {
    return String.format(
        Locale.ROOT,
        "goodput | %-8s | loss %.0f %% | box %2d %% | median %.3f | min %.3f | timeouts %d / %d"
            + " | retransmissions %d / %d | PAWS %d",
        sender,
        100 * pair.loss(),
        pair.boxPercent(),
        median,
        min,
        sum(through, Transfer::timeouts),
        sum(direct, Transfer::timeouts),
        sum(through, Transfer::retransmissions),
        sum(direct, Transfer::retransmissions),
        sum(through, Transfer::pawsDrops));
  }

  private static long sum(List<Transfer> transfers, ToLongFunction<Transfer> figure) {
    return transfers.stream().mapToLong(figure).sum();
  }
}
