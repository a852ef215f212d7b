package dev.midstream.worlds.hostile;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.fastpath.FastPathTerms;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.law.CommittingBox;
import dev.midstream.worlds.law.DeathObserver;
import dev.midstream.worlds.law.Engines;
import dev.midstream.worlds.law.Law;
import dev.midstream.worlds.law.LawBroken;
import dev.midstream.worlds.law.MovingBox;
import dev.midstream.worlds.law.NotedLog;
import dev.midstream.worlds.law.WatchedBox;
import dev.midstream.worlds.plan.CommitPlan;
import dev.midstream.worlds.plan.EnginePlan;
import java.lang.foreign.MemorySegment;
import java.util.IdentityHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Two endpoints that send arbitrary segments with plausible sequence numbers, and checks of the
 * engine's state after each.
 */
public final class HostileEndpoints {
  private static final long[] STEPS_NANOS = {
    500_000L, 5_000_000L, 30_000_000L, 150_000_000L, 1_100_000_000L, 30_000_000_000L
  };
  private static final int[] FLAGS = {
    TcpFlags.ACK | TcpFlags.FIN,
    TcpFlags.ACK | TcpFlags.PSH,
    TcpFlags.ACK | TcpFlags.URG,
    TcpFlags.ACK | TcpFlags.RST,
    TcpFlags.SYN,
    TcpFlags.SYN | TcpFlags.ACK,
    TcpFlags.FIN,
    0
  };
  private static final int MAX_SEGMENTS = 80;
  private static final int MAX_TIMERS = 100_000;
  private static final int MAX_BYTES = 40;

  private final Ends ends;
  private final Engines engines;
  private final MovingBox moving;
  private final CommittingBox committing;
  private final WatchedBox box;
  private final RandomGenerator random;
  private final int[] sent = new int[2];

  /** What the engines before had heard of the receivers, which may take it back. */
  private final IdentityHashMap<Stream, Long> acknowledged = new IdentityHashMap<>();

  private long nowNanos;

  /**
   * The endpoints {@code ends} beside an engine of {@code plan}, which gives the connection to
   * {@code agent}.
   */
  public HostileEndpoints(
      Ends ends,
      EnginePlan plan,
      Agent<?> agent,
      long maxStoredBytes,
      long seed,
      RandomGenerator random) {
    this.ends = ends;
    CommitPlan commits = plan.commits();
    NotedLog log =
        new NotedLog(new MemoryLog(commits.mode(), commits.noCopy(), commits.firstCopies()));
    engines =
        new Engines((hashes, memory) -> plan.engine(hashes, agent, memory, log, FastPathTerms.OFF));
    moving = new MovingBox(engines.get(), plan.moveOneIn(), seed);
    committing = new CommittingBox(engines, log, commits, seed, new Takeovers());
    Box acting = commits.mode().writesRecords() ? committing : moving;
    long waitingBytes = commits.keepsBack() ? maxStoredBytes : EngineLimits.DEFAULTS.waitingBytes();
    box = new WatchedBox(engines, acting, maxStoredBytes, waitingBytes, _ -> {});
    moving.observeStreams(box::noteMoved);
    this.random = random;
  }

  /** Tells the checks which streams go on. What the agent decides depends on offsets only. */
  private final class Takeovers implements DeathObserver {
    @Override
    public Runnable memento() {
      return () -> {};
    }

    @Override
    public void dies(@Nullable Connection connection, Connection copy, long nowNanos) {}

    @Override
    public void loses(Connection connection, long nowNanos) {}

    @Override
    public void losesAll() {}

    @Override
    public void died() {}

    @Override
    public void handsOver() {}

    @Override
    public void takenOver(@Nullable Stream before, Stream after) {
      box.noteTakenOver(before, after);
      acknowledged.put(after, before == null ? after.newEnd() : acknowledgedOf(before));
    }

    @Override
    public void handedOver(Stream before, Stream after) {
      box.noteMoved(before, after);
    }
  }

  /** How many times another engine went on. */
  public int takeovers() {
    return committing.takeovers();
  }

  /** How many of these were hand-overs: no record was lost. */
  public int handOvers() {
    return committing.handOvers();
  }

  /** Opens a connection, sends segments, and waits until the engine has forgotten it. */
  public void run() {
    send(Direction.CLIENT_TO_SERVER, TcpFlags.SYN, 0, 0, 0);
    send(Direction.SERVER_TO_CLIENT, TcpFlags.SYN | TcpFlags.ACK, 0, 1, 0);
    send(Direction.CLIENT_TO_SERVER, TcpFlags.ACK, 1, 1, 0);
    for (int i = random.nextInt(MAX_SEGMENTS); i > 0; i--) {
      if (random.nextInt(4) == 0) {
        waitUntil(nowNanos + STEPS_NANOS[random.nextInt(STEPS_NANOS.length)]);
      } else {
        sendAny(random.nextBoolean() ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT);
      }
    }
    waitUntil(Long.MAX_VALUE);
    LawBroken.unless(
        engines.get().connections() == 0, Law.PROGRESS, "a connection is never forgotten");
    long kept = engines.get().budget().usedBytes();
    LawBroken.unless(kept == 0, Law.BOUNDS, "octets are stored at the end: storedBytes=" + kept);
  }

  private void sendAny(Direction direction) {
    int own = indexOf(direction);
    int length = random.nextInt(3) == 0 ? 0 : random.nextInt(1, MAX_BYTES);
    int start =
        switch (random.nextInt(10)) {
          case 0, 1 -> Math.max(1, sent[own] - random.nextInt(80));
          case 2, 3 -> sent[own] + random.nextInt(60);
          case 4 -> random.nextInt(16) == 0 ? random.nextInt() : 1;
          default -> sent[own];
        };
    int acknowledged =
        switch (random.nextInt(8)) {
          case 0 -> Math.max(1, sent[1 - own] - random.nextInt(60));
          case 1 -> sent[1 - own] + random.nextInt(200);
          case 2 -> random.nextInt(8) == 0 ? random.nextInt() : 1;
          default -> sent[1 - own];
        };
    boolean odd = random.nextInt(10) == 0;
    int flags = odd ? FLAGS[random.nextInt(FLAGS.length)] : TcpFlags.ACK;
    send(direction, flags, start, acknowledged, length);
  }

  private void send(Direction direction, int flags, int start, int acknowledged, int length) {
    int own = indexOf(direction);
    int window = random.nextInt(6) == 0 ? 0 : random.nextInt(20, 400);
    byte[] octets = new byte[length];
    random.nextBytes(octets);
    byte[] frame =
        new FrameBuilder(ends, direction)
            .flags(flags)
            .numbers(start, acknowledged)
            .window(window)
            .hopLimit(random.nextInt(15) == 0 ? 50 : 64)
            .options((flags & TcpFlags.SYN) != 0 ? "mss 100,sackOK" : "")
            .payload(Octets.of(octets))
            .badChecksum(random.nextInt(40) == 0 && start > 1)
            .build();
    sent[own] = Math.max(sent[own], Math.max(1, Math.min(start, sent[own] + MAX_BYTES) + length));
    Packet packet =
        new Packet()
            .at(MemorySegment.ofArray(frame), 0, frame.length)
            .from(LinkType.ETHERNET, Ends.legOfSender(direction), 0, nowNanos);
    if (!committing.isDark()) {
      box.onPacket(packet, nowNanos, out -> {});
      look();
    }
    while (moving.isMoveDue() || committing.isDue()) {
      box.onTimer(nowNanos, out -> {});
      look();
    }
  }

  private static int indexOf(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? 0 : 1;
  }

  private void waitUntil(long endNanos) {
    for (int i = 0; box.nextDeadlineNanos() <= endNanos; i++) {
      if (box.nextDeadlineNanos() == Long.MAX_VALUE) {
        return;
      }
      LawBroken.unless(i < MAX_TIMERS, Law.PROGRESS, "timers never end");
      nowNanos = Math.max(nowNanos, box.nextDeadlineNanos());
      box.onTimer(nowNanos, out -> {});
      look();
    }
    nowNanos = endNanos;
  }

  private void look() {
    engines.get().forEachConnection(this::look);
  }

  private void look(Connection connection) {
    if (connection.handling() == Handling.EDITED && connection.hasStreams()) {
      for (Direction direction : Direction.values()) {
        look(connection.stream(direction));
      }
    }
  }

  /** Owned octets are stored, and the offsets of the stream keep their order. */
  private void look(Stream stream) {
    LawBroken.unless(stream.releasedEnd() <= stream.newEnd(), Law.FIDELITY, "rel > N");
    LawBroken.unless(stream.acknowledged() <= stream.newNext(), Law.HONESTY, "A > next");
    long held =
        Math.max(stream.heldEnd(), stream.sender().delayed().contiguousEnd(stream.heldEnd()));
    LawBroken.unless(stream.edits().custodyEnd() <= held, Law.HONESTY, "K > held");
    long owned = Math.min(stream.newOwned(), stream.newEnd());
    for (long at = acknowledgedOf(stream); at < owned; ) {
      int kept = stream.edits().firstCopies().lengthAt(at);
      LawBroken.unless(kept > 0, Law.HONESTY, "owned and not stored: newPosition=" + at);
      at += kept;
    }
  }

  private long acknowledgedOf(Stream stream) {
    return Math.max(stream.acknowledged(), acknowledged.getOrDefault(stream, 0L));
  }
}
