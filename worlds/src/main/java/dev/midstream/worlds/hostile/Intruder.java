package dev.midstream.worlds.hostile;

import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.law.Law;
import dev.midstream.worlds.law.LawBroken;
import dev.midstream.worlds.law.WorldRun;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sends forged packets to a box on both sides, from the first SYN on. SYNs and RSTs that the box
 * sends because of a forgery do not reach the endpoints, whose TCP is not under test; other packets
 * do. A SYN may leave later than it came, when its record is committed. After an endpoint has sent
 * a RST, the box may send one too. A forged RST never has a number that is exact by chance, because
 * it would be believed rightly (RFC 5961 section 3). Nor does a blind guess lie inside the window
 * by chance, among them one made of a number of the other end. Nor does a forged SYN-ACK answer a
 * forged SYN of the other end by chance: both are a new connection (H-24).
 */
public final class Intruder implements Box {
  private static final int ONE_IN = 4;
  private static final int MAX_REMEMBERED = 40;

  private final Box box;
  private final Forgery forgery;
  private final RandomGenerator random;
  private final List<Remembered> seen = new ArrayList<>();
  private final Set<Integer> exactInside = new HashSet<>();
  private final Set<Integer> exactOutside = new HashSet<>();
  private final Map<Leg, Integer> sequences = new EnumMap<>(Leg.class);
  private final Deque<Opening> openings = new ArrayDeque<>();
  private final Set<Opening> forgedSyns = new HashSet<>();
  private final Set<Opening> genuineSyns = new HashSet<>();
  private boolean resetSeen;
  private @Nullable WorldRun dying;
  private long takeovers;

  /** A genuine packet as received. */
  private static final class Remembered {
    private final byte[] frame;
    private final LinkType linkType;
    private final Leg leg;
    private final int interfaceId;

    Remembered(byte[] frame, LinkType linkType, Leg leg, int interfaceId) {
      this.frame = frame;
      this.linkType = linkType;
      this.leg = leg;
      this.interfaceId = interfaceId;
    }

    Packet packet(long nowNanos) {
      return new Packet()
          .at(MemorySegment.ofArray(frame), 0, frame.length)
          .from(linkType, leg, interfaceId, nowNanos);
    }

    /** The same in the other direction; the checksums stay valid. */
    Remembered reversed(FrameView view) {
      byte[] other = frame.clone();
      int bytes = view.ipVersion() == 4 ? 4 : 16;
      swap(other, view.ipOffset() + (bytes == 4 ? 12 : 8), bytes);
      swap(other, view.tcpOffset(), 2);
      return new Remembered(other, linkType, leg.opposite(), interfaceId);
    }

    private static void swap(byte[] octets, int at, int bytes) {
      for (int i = at; i < at + bytes; i++) {
        byte swapped = octets[i];
        octets[i] = octets[i + bytes];
        octets[i + bytes] = swapped;
      }
    }
  }

  /** A forged SYN: the side that it came from, and its number. */
  private record Opening(Leg leg, int sequence) {}

  public Intruder(Box box, Forgery forgery, RandomGenerator random) {
    this.box = box;
    this.forgery = forgery;
    this.random = random;
  }

  /**
   * Sends nothing while the engine of {@code run}, which may die, does not know the connection, or
   * has not heard the end in whose name a forgery is to lack what that sends in each segment.
   */
  public void heed(WorldRun run) {
    dying = run;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    noteTakeovers();
    remember(packet);
    PacketOutput noting = noting(out);
    Disposition disposition = box.onPacket(packet, nowNanos, noting);
    if (disposition == Disposition.FORWARD) {
      Leg to = packet.leg().opposite();
      noting.emit(packet.from(packet.linkType(), to, packet.interfaceId(), packet.timeNanos()));
    }
    boolean isKnown = dying == null || dying.isConnectionKnown();
    if (isKnown && !seen.isEmpty() && random.nextInt(ONE_IN) == 0) {
      intrude(seen.get(random.nextInt(seen.size())), nowNanos, noting);
    }
    return Disposition.TAKEN;
  }

  private void noteTakeovers() {
    long before = takeovers;
    takeovers = dying == null ? 0 : dying.takeovers();
    if (takeovers > before && forgery == Forgery.UNSTAMPED) {
      seen.clear();
    }
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    box.onTimer(nowNanos, noting(out));
  }

  /**
   * Notes what the box acknowledges: a RST with such a number would be exact. Forged SYNs that
   * waited for a record end here.
   */
  private PacketOutput noting(PacketOutput out) {
    return packet -> {
      FrameView view = new FrameView();
      boolean tcp = view.read(packet) == FrameKind.TCP;
      if (tcp && view.isAck()) {
        exact(packet.leg()).add(view.acknowledgement());
      }
      if (!tcp
          || !view.isSyn()
          || !isForged(new Opening(packet.leg().opposite(), view.sequence()))) {
        out.emit(packet);
      }
    };
  }

  private boolean isForged(Opening syn) {
    return forgedSyns.contains(syn) && !genuineSyns.contains(syn);
  }

  /** Sequence numbers with which a RST of the end on {@code leg} is or was exact. */
  private Set<Integer> exact(Leg leg) {
    return leg == Leg.INSIDE ? exactInside : exactOutside;
  }

  @Override
  public long nextDeadlineNanos() {
    return box.nextDeadlineNanos();
  }

  private void remember(Packet packet) {
    FrameView view = new FrameView();
    boolean whole =
        view.read(packet) == FrameKind.TCP
            && packet.gsoBytes() == 0
            && packet.checksumState() == ChecksumState.COMPLETE
            && view.isTcpChecksumRight();
    if (!whole) {
      return;
    }
    resetSeen |= view.isRst();
    if (view.isSyn()) {
      genuineSyns.add(new Opening(packet.leg(), view.sequence()));
    }
    exact(packet.leg()).add(next(view));
    sequences.put(packet.leg(), view.sequence());
    if (seen.size() == MAX_REMEMBERED) {
      seen.remove(random.nextInt(MAX_REMEMBERED));
    }
    byte[] frame =
        packet.memory().asSlice(packet.offset(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
    seen.add(new Remembered(frame, packet.linkType(), packet.leg(), packet.interfaceId()));
  }

  /** The number after the segment: SYN and FIN have one each (RFC 9293 section 3.4). */
  private static int next(FrameView view) {
    int controls = (view.isSyn() ? 1 : 0) + (view.isFin() ? 1 : 0);
    return view.sequence() + view.payloadLength() + controls;
  }

  private void intrude(Remembered genuine, long nowNanos, PacketOutput out) {
    FrameView view = new FrameView();
    view.read(genuine.packet(nowNanos));
    boolean reverses = forgery == Forgery.BLIND && random.nextBoolean();
    Remembered forged =
        reverses
            ? genuine.reversed(view)
            : new Remembered(
                genuine.frame.clone(), genuine.linkType, genuine.leg, genuine.interfaceId);
    Packet packet = forged.packet(nowNanos);
    view.read(packet);
    boolean made = forgery.make(forged.frame, view, random);
    view.read(packet);
    if (made && !isLucky(view, packet.leg())) {
      noteOpening(view, packet.leg());
      box.onPacket(packet, nowNanos, sent -> passOn(sent, nowNanos, out));
    }
  }

  /** Whether the guess of a number is right by chance, so that the box may rightly believe it. */
  private boolean isLucky(FrameView view, Leg leg) {
    boolean exact = view.isRst() && exact(leg).contains(view.sequence());
    Integer last = sequences.get(leg);
    boolean near = last != null && Math.abs(view.sequence() - last) < Forgery.FAR;
    return exact || (forgery == Forgery.BLIND && near) || isAnswer(view, leg);
  }

  /** Whether it is a SYN-ACK to one of the last forged SYNs; the box notes two of them. */
  private boolean isAnswer(FrameView view, Leg leg) {
    return view.isSyn()
        && view.isAck()
        && openings.contains(new Opening(leg.opposite(), view.acknowledgement() - 1));
  }

  private void noteOpening(FrameView view, Leg leg) {
    if (view.isSyn()) {
      forgedSyns.add(new Opening(leg, view.sequence()));
    }
    if (!view.isSyn() || view.isAck()) {
      return;
    }
    if (openings.size() == MAX_REMEMBERED) {
      openings.remove();
    }
    openings.add(new Opening(leg, view.sequence()));
  }

  private void passOn(Packet packet, long nowNanos, PacketOutput out) {
    FrameView view = new FrameView();
    boolean tcp = view.read(packet) == FrameKind.TCP;
    if (tcp && view.isRst()) {
      LawBroken.unless(
          resetSeen || forgery.mayReset(),
          Law.FIDELITY,
          "a forged packet causes a reset: nanos=" + nowNanos);
      return;
    }
    if (!tcp || !view.isSyn()) {
      out.emit(packet);
    }
  }
}
