package dev.midstream.bench.failover;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A program that measures what is left of transfers when the machine that carries them dies, and
 * prints a table. Arguments: rounds, transfers, milliseconds between messages, contestants, events;
 * the last two are words in one argument.
 */
public final class Failover {
  private static final int WARM_UP_MILLIS = 15_000;
  private static final Duration BEFORE = Duration.ofSeconds(3);
  private static final Duration SETTLED = Duration.ofSeconds(2);

  private final int transfers;
  private final Duration interval;

  /** What one round has brought. */
  private record Outcome(Transfers.Result transfers, NewConnections.Result fresh) {}

  private Failover(int transfers, Duration interval) {
    this.transfers = transfers;
    this.interval = interval;
  }

  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    Failover failover =
        new Failover(
            Integer.parseInt(arguments[1]), Duration.ofMillis(Long.parseLong(arguments[2])));
    Map<String, List<Outcome>> outcomes = new LinkedHashMap<>();
    for (int round = 1; round <= rounds; round++) {
      for (String event : arguments[4].split(" ", -1)) {
        for (String contestant : arguments[3].split(" ", -1)) {
          Contestant.Event what = Contestant.Event.valueOf(event.toUpperCase(Locale.ROOT));
          if (what == Contestant.Event.PROCESS && contestant.startsWith("router")) {
            continue; // no process carries what passes there
          }
          String name = "| " + contestant + " | " + event + " |";
          Outcome outcome = failover.measure(contestant, what, round);
          System.out.println(name + ' ' + round + " | " + columns(List.of(outcome)));
          outcomes.computeIfAbsent(name, _ -> new ArrayList<>()).add(outcome);
        }
      }
    }
    System.out.println();
    System.out.println(
        "| | dies | rounds | whole | broken | stalled | wrong | gap p50, ms | longest gap, ms |"
            + " first new connection, ms | all new ones from, ms | slow or lost of "
            + NewConnections.COUNT
            + " |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|");
    outcomes.forEach(
        (name, all) -> System.out.println(name + ' ' + all.size() + " | " + columns(all)));
  }

  // ---- a round

  private Outcome measure(String name, Contestant.Event event, int round) throws IOException {
    try (Contestant contestant = contestant(name, round);
        Ends ends = Ends.open(contestant.network(), contestant.target(), Contestant.PORT);
        Ends other = Ends.open(contestant.network(), contestant.target(), Contestant.OTHER_PORT)) {
      if (contestant.needsWarmUp()) {
        warmUp(contestant, ends);
      }
      try (Transfers open = Transfers.begin(ends, transfers, interval, contestant::arriving);
          NewConnections fresh = NewConnections.prepare(other)) {
        pause(BEFORE);
        contestant.concentrate();
        pause(SETTLED);
        long deathNanos = System.nanoTime();
        open.beginGaps(deathNanos);
        contestant.kill(event);
        NewConnections.Result answered = fresh.measure(deathNanos);
        return new Outcome(open.end(), answered);
      }
    }
  }

  private static Contestant contestant(String name, int round) throws IOException {
    return switch (name) {
      case "midstream" -> MidstreamPair.start(round);
      case "haproxy" -> RoutedPair.start(RoutedPair.Kind.HAPROXY);
      case "router" -> RoutedPair.start(RoutedPair.Kind.ROUTER);
      case "router-alone" -> RoutedPair.start(RoutedPair.Kind.ROUTER_ALONE);
      default -> throw new IllegalArgumentException("no such contestant: " + name);
    };
  }

  /** As many transfers as those that count, which end before. */
  private void warmUp(Contestant contestant, Ends ends) throws IOException {
    try (Transfers first = Transfers.begin(ends, transfers, interval, contestant::arriving)) {
      pause(Duration.ofMillis(WARM_UP_MILLIS));
      Transfers.Result result = first.end();
      if (result.whole() != transfers) {
        throw new IOException("transfers break although nothing dies: " + result);
      }
    }
  }

  static void pause(Duration time) throws IOException {
    try {
      Thread.sleep(time); // transfers go on
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  // ---- figures

  /** Sums of transfers, the median and longest of all gaps, medians of the times. */
  private static String columns(List<Outcome> outcomes) {
    List<Long> gaps =
        outcomes.stream().flatMap(each -> each.transfers().gapsNanos().stream()).sorted().toList();
    return "%d | %d | %d | %d | %s | %s | %s | %s | %d |"
        .formatted(
            outcomes.stream().mapToInt(each -> each.transfers().whole()).sum(),
            outcomes.stream().mapToInt(each -> each.transfers().broken()).sum(),
            outcomes.stream().mapToInt(each -> each.transfers().stalled()).sum(),
            outcomes.stream().mapToInt(each -> each.transfers().wrong()).sum(),
            gaps.isEmpty() ? "–" : millis(gaps.get(gaps.size() / 2) / 1e6),
            gaps.isEmpty() ? "–" : millis(gaps.getLast() / 1e6),
            median(outcomes.stream().map(each -> each.fresh().firstMillis()).toList()),
            median(outcomes.stream().map(each -> each.fresh().allMillis()).toList()),
            outcomes.stream().mapToInt(each -> each.fresh().slow()).sum());
  }

  private static String median(List<Double> values) {
    double median = values.stream().sorted().toList().get(values.size() / 2);
    return median < 0 ? "never" : millis(median);
  }

  private static String millis(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }
}
