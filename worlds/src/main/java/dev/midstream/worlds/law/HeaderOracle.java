package dev.midstream.worlds.law;

import dev.midstream.testkit.segment.ControlBits;
import dev.midstream.testkit.segment.OptionsReader;
import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Checks that what leaves in the name of one endpoint has headers as this endpoint sends them (law
 * 1). All octets before the TCP header are its own: link addresses and tags, IP addresses, DSCP,
 * flow label and DF. Length, identification and ECN bits may differ. The hop limit is one with
 * which its segments arrived. No segment but its SYN has options of a SYN; timestamps and SACK
 * blocks leave as both SYNs agreed. ECE is as it sent it last, not on a RST or SYN, where it is no
 * report (RFC 3168 section 6.1.1), or as the newest segment has it, or clear after a CWR that
 * answers it. A RST after another one is left out: it answers as a closed port does.
 */
final class HeaderOracle implements BoxObserver {
  private static final int ECN_FLAGS = ControlBits.ECE | ControlBits.CWR;

  private final Leg sender;
  private final boolean lowering;
  private final boolean fragmented;
  private final OwnOptions own = new OwnOptions();
  private final OwnOptions ownSyn = new OwnOptions();
  private final OwnOptions ownSynAck = new OwnOptions();
  private final OwnOptions other = new OwnOptions();
  private byte @Nullable [] lower;
  private int lowestHops = Integer.MAX_VALUE;
  private int highestHops;
  private int arrivedEcho;
  private int newestEcho;
  private int leftEcho;
  private boolean echoAnswered;
  private boolean echoKnown;
  private long acknowledged;
  private long shown;
  private int timestamp;
  private boolean reset;
  private boolean losing;

  /** The options of the last SYN of an endpoint. */
  private static final class OwnOptions {
    private int mss;
    private int scale;
    private int flags;
    private boolean sack;
    private boolean timestamps;

    void note(SegmentReader syn) {
      OptionsReader options = syn.options();
      mss = options.maximumSegment();
      scale = options.windowScale();
      sack = options.hasSackPermitted();
      timestamps = options.hasTimestamps();
      flags = syn.flags() & ECN_FLAGS;
    }

    boolean isLike(SegmentReader syn) {
      OptionsReader options = syn.options();
      return mss == options.maximumSegment()
          && scale == options.windowScale()
          && sack == options.hasSackPermitted()
          && timestamps == options.hasTimestamps()
          && flags == (syn.flags() & ECN_FLAGS);
    }
  }

  /**
   * Checks what leaves in the name of the endpoint on the side {@code sender}.
   *
   * @param lowering whether routers between the observer and the box lower hop limits
   * @param fragmented whether segments reach the box in fragments, which have no DF
   */
  HeaderOracle(Leg sender, boolean lowering, boolean fragmented) {
    this.sender = sender;
    this.lowering = lowering;
    this.fragmented = fragmented;
  }

  /** Leaves out every RST: another engine may not know the connection, and refuse it. */
  HeaderOracle losing() {
    losing = true;
    return this;
  }

  @Override
  public void arrives(Leg leg, WatchedSegment segment, long nowNanos) {
    SegmentReader view = segment.view();
    if (view.isSyn()) {
      (leg == sender ? own : other).note(view);
    }
    if (view.isSyn() && leg == sender) {
      (view.isAck() ? ownSynAck : ownSyn).note(view);
    }
    if (leg != sender) {
      echoAnswered |= (view.flags() & ControlBits.CWR) != 0 && !view.isSyn();
    } else if (view.isIpChecksumRight()) {
      lower = fixed(view);
      lowestHops = lowering ? 0 : Math.min(lowestHops, view.hopLimit());
      highestHops = Math.max(highestHops, view.hopLimit());
      noteEcho(segment);
    }
  }

  /**
   * Notes ECE, and whether the segment is the newest of its endpoint, as far as that is seen. One
   * below all that its endpoint was acknowledged is none: the receiver takes nothing from it.
   */
  private void noteEcho(WatchedSegment segment) {
    SegmentReader view = segment.view();
    if (view.isRst() || view.isSyn()) {
      return;
    }
    arrivedEcho = view.flags() & ControlBits.ECE;
    OptionsReader options = segment.options();
    boolean isBelow = segment.payloadEnd() < shown - 1;
    boolean late = isBelow || (options.hasTimestamps() && options.timestampValue() - timestamp < 0);
    if (!echoKnown || (!late && segment.ack() >= acknowledged)) {
      echoKnown = true;
      acknowledged = segment.ack();
      timestamp = options.hasTimestamps() ? options.timestampValue() : timestamp;
      newestEcho = arrivedEcho;
      echoAnswered = false;
    }
  }

  @Override
  public void leaves(Leg leg, WatchedSegment segment, long nowNanos) {
    SegmentReader view = segment.view();
    boolean forgotten = (reset || losing) && view.isRst();
    reset |= view.isRst();
    if (leg == sender && (view.flags() & ControlBits.ACK) != 0) {
      shown = Math.max(shown, segment.ack());
    }
    if (leg == sender || lower == null || forgotten) {
      return;
    }
    require(Arrays.equals(lower, fixed(view)), "lower headers differ", segment, nowNanos);
    int hops = view.hopLimit();
    require(lowestHops <= hops && hops <= highestHops, "hop limit differs", segment, nowNanos);
    require(view.reservedBits() == 0, "reserved bits are set", segment, nowNanos);
    if (view.isSyn()) {
      boolean isLike = (view.isAck() ? ownSynAck : ownSyn).isLike(view);
      require(isLike, "SYN differs", segment, nowNanos);
    } else {
      checkOptions(segment, nowNanos);
      checkEcho(segment, nowNanos);
    }
  }

  private void checkOptions(WatchedSegment segment, long nowNanos) {
    OptionsReader options = segment.options();
    boolean ofSyn =
        options.maximumSegment() > 0 || options.windowScale() >= 0 || options.hasSackPermitted();
    require(!ofSyn, "options of a SYN", segment, nowNanos);
    boolean stamped = own.timestamps && other.timestamps;
    boolean right = options.hasTimestamps() == stamped || segment.view().isRst();
    require(right, "timestamps differ", segment, nowNanos);
    boolean sacks = own.sack && other.sack;
    require(sacks || options.sackBlocks() == 0, "SACK without agreement", segment, nowNanos);
  }

  private void checkEcho(WatchedSegment segment, long nowNanos) {
    int echo = segment.view().flags() & ControlBits.ECE;
    boolean ended = echoAnswered && echo == 0;
    boolean own = echo == arrivedEcho || echo == newestEcho || echo == leftEcho;
    require(own || ended || segment.view().isRst(), "ECE differs", segment, nowNanos);
    leftEcho = echo;
  }

  /** Another box does not know what the endpoint reported last, and was acknowledged. */
  @Override
  public void dies(Death death, long nowNanos) {
    leftEcho = 0;
    shown = 0;
  }

  /** The octets before the TCP header, without the fields that may differ. */
  private byte[] fixed(SegmentReader view) {
    byte[] octets = view.lowerHeaders();
    if (view.ipVersion() == 4) {
      int ip = octets.length - 20;
      octets[ip + 1] &= (byte) ~3;
      Arrays.fill(octets, ip + 2, ip + 6, (byte) 0);
      octets[ip + 6] &= (byte) (fragmented ? ~0x40 : ~0);
      octets[ip + 8] = 0;
      Arrays.fill(octets, ip + 10, ip + 12, (byte) 0);
    } else {
      int ip = octets.length - 40;
      octets[ip + 1] &= (byte) ~0x30;
      Arrays.fill(octets, ip + 4, ip + 6, (byte) 0);
      octets[ip + 7] = 0;
    }
    return octets;
  }

  private void require(boolean holds, String what, WatchedSegment segment, long nowNanos) {
    LawBroken.unless(
        holds,
        Law.FIDELITY,
        () ->
            "%s: sender=%s start=%d flags=%#x hops=%d nanos=%d"
                .formatted(
                    what,
                    sender,
                    segment.start(),
                    segment.view().flags(),
                    segment.view().hopLimit(),
                    nowNanos));
  }
}
