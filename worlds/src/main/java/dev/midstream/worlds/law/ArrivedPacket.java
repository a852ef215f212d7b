package dev.midstream.worlds.law;

import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.segment.IcmpReader;
import dev.midstream.testkit.segment.SequenceNumbers;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** What an observer knows of a packet that arrives at the box, from the packets before it. */
final class ArrivedPacket {
  /** What a packet brings. */
  enum Kind {
    DAMAGED,
    /** An error that quotes a segment. */
    ICMP,
    RESET,
    SYN,
    /** Neither octets nor FIN. */
    ACK,
    /** Octets or a FIN that arrived before. */
    KNOWN,
    /** Octets or a FIN that follow everything that arrived without a gap. */
    NEXT,
    /** Octets or a FIN after a gap. */
    AFTER_GAP,
    /** The observer cannot tell. */
    UNCERTAIN
  }

  private static final int HOP_SLACK = EngineLimits.DEFAULTS.ttlSlack();

  private final IcmpReader icmp = new IcmpReader();
  private final Map<Leg, History> histories = new EnumMap<>(Leg.class);
  private final Windows windows = new Windows();
  private History history;
  private Leg leg = Leg.INSIDE;
  private Kind kind = Kind.DAMAGED;
  private boolean resetSeen;
  private boolean read;
  private boolean quotesSent;
  private boolean quotesInFlight;
  private boolean oldTimestamp;
  private boolean oldAcknowledgement;
  private boolean unsentAcknowledged;
  private boolean beyondEdge;
  private boolean lowHopLimit;
  private boolean engineDied;

  /** What one endpoint has sent, and what it was told. */
  private static final class History {
    private final SequenceNumbers sent;
    private final WatchedSegment arriving;
    private final WatchedSegment leaving;

    /** Octets that the box kept for certain, and those that it may have kept. */
    private final RangeSet certain = new RangeSet();

    private final RangeSet possible = new RangeSet();
    private boolean timestampKnown;
    private int timestamp;
    private long acknowledged;
    private long advertised;
    private long released;
    private int highestHopLimit;

    History(Leg leg, Ends ends) {
      sent = new SequenceNumbers(leg == Leg.INSIDE ? ends.clientIsn() : ends.serverIsn());
      arriving = WatchedSegment.sentBy(leg, ends);
      leaving = WatchedSegment.sentBy(leg, ends);
    }

    /** What is acknowledged is kept until it is delivered. */
    void advertise(long ack) {
      if (ack > Math.max(0, advertised)) {
        advertised = ack;
        possible.addUnbounded(0, ack);
        certain.addUnbounded(0, ack);
      }
    }

    /** Only what is acknowledged is kept for certain. */
    void expire() {
      certain.clear();
      certain.addUnbounded(0, Math.max(0, advertised));
    }

    void keep(boolean surely) {
      long start = Math.max(0, arriving.start());
      if (arriving.end() > start) {
        possible.addUnbounded(start, arriving.end());
        if (surely) {
          certain.addUnbounded(start, arriving.end());
        }
      }
    }
  }

  ArrivedPacket(Ends ends) {
    for (Leg each : Leg.values()) {
      histories.put(each, new History(each, ends));
    }
    history = historyOf(Leg.INSIDE);
  }

  private History historyOf(Leg sender) {
    return Objects.requireNonNull(histories.get(sender));
  }

  /** Looks at a packet before the box does. */
  void arrive(Packet packet, long nowNanos) {
    leg = packet.leg();
    history = historyOf(leg);
    forget();
    if (packet.gsoBytes() > 0 || packet.checksumState() != ChecksumState.COMPLETE) {
      kind = Kind.UNCERTAIN;
      unsentAcknowledged = true;
      beyondEdge = true;
      return;
    }
    if (icmp.read(packet)) {
      kind = Kind.ICMP;
      readQuoted(historyOf(leg.opposite()));
      return;
    }
    WatchedSegment segment = history.arriving;
    if (!segment.read(packet) || !segment.view().isIpChecksumRight()) {
      kind = Kind.DAMAGED;
      return;
    }
    read = true;
    kind = kindOf(segment);
    lowHopLimit = segment.view().hopLimit() < history.highestHopLimit - HOP_SLACK;
    history.highestHopLimit = Math.max(history.highestHopLimit, segment.view().hopLimit());
    resetSeen |= segment.view().isRst();
    oldTimestamp =
        segment.options().hasTimestamps()
            && history.timestampKnown
            && SequenceNumbers.isOlder(segment.options().timestampValue(), history.timestamp);
    oldAcknowledgement = segment.ack() < history.acknowledged;
    unsentAcknowledged = segment.ack() > historyOf(leg.opposite()).released;
    beyondEdge = segment.end() > windows.promisedTo(leg);
    history.acknowledged = Math.max(history.acknowledged, segment.ack());
    windows.arrives(leg, segment, nowNanos);
  }

  /** Forgets the packet before. */
  private void forget() {
    oldTimestamp = false;
    read = false;
    oldAcknowledgement = false;
    unsentAcknowledged = false;
    beyondEdge = false;
    lowHopLimit = false;
    quotesSent = false;
    quotesInFlight = false;
  }

  /** Reads what an error quotes of {@code sender}, whose segments leave to the error's side. */
  private void readQuoted(History sender) {
    long quoted = sender.sent.offsetOf(icmp.sequence(), sender.released);
    quotesSent = quoted >= -1 && quoted < sender.released;
    quotesInFlight = quotesSent && quoted >= Math.max(0, history.acknowledged) && !resetSeen;
  }

  private Kind kindOf(WatchedSegment segment) {
    if (segment.view().isRst() || segment.view().isSyn()) {
      return segment.view().isRst() ? Kind.RESET : Kind.SYN;
    }
    long start = Math.max(0, segment.start());
    if (segment.end() <= start) {
      return segment.end() == segment.start() ? Kind.ACK : Kind.KNOWN;
    }
    if (history.certain.contains(start, segment.end())) {
      return Kind.KNOWN;
    }
    if (history.possible.contains(start, segment.end())) {
      return Kind.UNCERTAIN;
    }
    if (segment.start() > history.possible.firstOutside(0)) {
      return Kind.AFTER_GAP;
    }
    return segment.start() <= history.certain.firstOutside(0) ? Kind.NEXT : Kind.UNCERTAIN;
  }

  /** Looks at a packet that leaves to the side {@code to}. */
  void leave(Leg to, Packet packet, long nowNanos) {
    History sender = historyOf(to.opposite());
    if (!sender.leaving.read(packet)) {
      return;
    }
    resetSeen |= sender.leaving.view().isRst();
    windows.leaves(to, sender.leaving, nowNanos);
    if (!sender.leaving.view().isRst()) {
      noteReleased(sender);
      if (sender.leaving.view().isAck()) {
        History receiver = historyOf(to);
        receiver.advertise(sender.leaving.ack());
      }
    }
  }

  /** A kernel forwards acknowledgements beyond octets that were lost on the way to the box. */
  private static void noteReleased(History sender) {
    if (sender.leaving.end() > sender.leaving.start()) {
      sender.released = Math.max(sender.released, sender.leaving.end());
    }
  }

  /**
   * Remembers a packet that the box did not refuse. Octets on a SYN may wait for their
   * retransmission.
   *
   * @param kept whether the box surely kept all its octets
   */
  void remember(boolean kept) {
    if (!read || kind == Kind.RESET) {
      return;
    }
    history.keep(kept && kind != Kind.SYN);
    WatchedSegment segment = history.arriving;
    if (segment.options().hasTimestamps() && !oldTimestamp) {
      history.timestamp = segment.options().timestampValue();
      history.timestampKnown = true;
    }
  }

  /** Notes that the box may have forgotten what came after a gap. */
  void expire() {
    histories.values().forEach(History::expire);
  }

  /** Another engine has only what was acknowledged, and knows no window. */
  void noteEngineDied() {
    expire();
    windows.forgetPromises();
    engineDied = true;
  }

  /** Whether an engine has died. */
  boolean hasEngineDied() {
    return engineDied;
  }

  Kind kind() {
    return kind;
  }

  Leg leg() {
    return leg;
  }

  /** Whether its timestamp is older than one before. */
  boolean hasOldTimestamp() {
    return oldTimestamp;
  }

  /** Whether its hop limit is lower than one before, by more than routes usually differ. */
  boolean hasLowHopLimit() {
    return lowHopLimit;
  }

  /** Whether it acknowledges less than one before. */
  boolean hasOldAcknowledgement() {
    return oldAcknowledgement;
  }

  /** Whether it acknowledges more than had left to its sender. */
  boolean acknowledgesUnsent() {
    return unsentAcknowledged;
  }

  /** Whether it ended beyond the right edge that its sender had been promised. */
  boolean isBeyondEdge() {
    return beyondEdge;
  }

  /** Whether it quotes a number that had left to its side. */
  boolean quotesSent() {
    return quotesSent;
  }

  /** Whether it quotes octets that had left to its side and were not acknowledged from there. */
  boolean quotesInFlight() {
    return quotesInFlight;
  }

  /** Whether it may start after a gap. */
  boolean isAfterGap() {
    return kind == Kind.UNCERTAIN || history.arriving.start() > history.certain.firstOutside(0);
  }

  /** Whether it starts below what was acknowledged to its sender. */
  boolean isOld() {
    return history.arriving.start() < history.advertised;
  }

  /** Whether a RST was seen. */
  boolean isAfterReset() {
    return resetSeen;
  }

  int payloadLength() {
    return history.arriving.view().payloadLength();
  }

  @Override
  public String toString() {
    return "%s %s %d:%d".formatted(leg, kind, history.arriving.start(), history.arriving.end());
  }
}
