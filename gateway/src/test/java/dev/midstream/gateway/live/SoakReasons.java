package dev.midstream.gateway.live;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** How often a soak may count each reason. */
final class SoakReasons {
  /**
   * Reasons of packets that are forwarded at once or later, or made by the box; nothing is lost.
   * (Clients reuse ports after a while; each such SYN is one for a known tuple.)
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
   * Reasons of packets that end in the box or are duplicates. A lost frame is retransmitted once,
   * and a delayed or duplicated frame is old once; no frame is old without a cause. When a client
   * resets its connection, the server's acknowledgement and FIN may be in flight, each
   * retransmitted once. While an interface is down, both endpoints of one connection have octets in
   * flight, which are retransmitted.
   */
  private static final Map<String, Limit> BOUNDED =
      Map.ofEntries(
          Map.entry("absorbed", new Limit(1, 0, 100)),
          Map.entry("after-reset", new Limit(1, 4, 0)),
          Map.entry("below-window", new Limit(1, 0, 1_000)),
          Map.entry("custody-repeated", new Limit(1, 0, 100)),
          Map.entry("keep-alive", new Limit(1, 0, 10)),
          Map.entry("out-of-window", new Limit(1, 0, 0)),
          Map.entry("paws", new Limit(1, 0, 0)),
          Map.entry("reset", new Limit(1, 1, 0)),
          Map.entry("reset-invalid", new Limit(1, 0, 0)),
          Map.entry("retransmission", new Limit(1, 0, 1_000)));

  private SoakReasons() {}

  /**
   * How often something happened to the packets.
   *
   * @param faults frames that the wire lost, delayed or duplicated
   * @param resets connections that their client reset
   * @param cuts times that an interface was down
   */
  record Causes(long faults, long resets, long cuts) {}

  private record Limit(int eachFault, int eachReset, int eachCut) {
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
