package dev.midstream.gateway.live;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a soak explains of what a box counts, and how often it does. */
final class SoakReasons {
  /**
   * What goes on, at once or later, or is made by the box: nothing is lost by these. (In time, a
   * client uses ports again, and then each SYN is one for ends that are known.)
   */
  private static final Set<String> HARMLESS =
      Set.of(
          "ack-made",
          "custody",
          "delayed",
          "end-of-stream",
          "held",
          "not-ours",
          "re-segmented",
          "syn-repeated",
          "window-full",
          "window-mapped");

  /**
   * What ends in the box, or is there for the second time. A frame that is lost is repeated, and
   * one that comes late or twice is old, once each; none is old by itself. Of a connection that its
   * client resets, the server's acknowledgement and its end may be on their way, and repeated once.
   * While an interface is down, each of the two ends of one connection has some octets in flight,
   * which are repeated.
   */
  private static final Map<String, Most> BOUNDED =
      Map.ofEntries(
          Map.entry("absorbed", new Most(1, 0, 100)),
          Map.entry("after-reset", new Most(1, 4, 0)),
          Map.entry("below-window", new Most(1, 0, 1_000)),
          Map.entry("custody-repeated", new Most(1, 0, 100)),
          Map.entry("keep-alive", new Most(1, 0, 10)),
          Map.entry("out-of-window", new Most(1, 0, 0)),
          Map.entry("paws", new Most(1, 0, 0)),
          Map.entry("reset", new Most(1, 1, 0)),
          Map.entry("reset-invalid", new Most(1, 0, 0)),
          Map.entry("retransmission", new Most(1, 0, 1_000)));

  private SoakReasons() {}

  /**
   * How often something was done to the packets.
   *
   * @param faults frames that the wire lost, delayed or doubled
   * @param resets connections that their client reset
   * @param cuts moments in which an interface was down
   */
  record Causes(long faults, long resets, long cuts) {}

  private record Most(int eachFault, int eachReset, int eachCut) {
    private long of(Causes causes) {
      return eachFault * causes.faults() + eachReset * causes.resets() + eachCut * causes.cuts();
    }
  }

  /** The reasons that were counted more often than the causes explain. */
  static Map<String, Long> unexplained(Map<String, Long> reasons, Causes causes) {
    Map<String, Long> unexplained = new TreeMap<>(reasons);
    unexplained.keySet().removeAll(HARMLESS);
    BOUNDED.forEach((reason, most) ->
        unexplained.computeIfPresent(reason, (_, count) -> count > most.of(causes) ? count : null));
    return unexplained;
  }
}
