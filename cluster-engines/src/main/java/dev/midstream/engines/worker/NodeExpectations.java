package dev.midstream.engines.worker;

import dev.midstream.agent.Octets;
import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.log.BucketLog;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.engines.message.LogMessage.Applied;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ExpectationCodec;
import dev.midstream.reassembly.flow.ExpectationCodec.Written;
import dev.midstream.reassembly.flow.ExpectedConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What connections of the cluster expect, as far as this node knows: its engines tell each other
 * and all other members ({@link dev.midstream.engines.log.Announcements}), and one that is opened
 * later gets all of it (HSI-6).
 *
 * <p>Not thread-safe.
 */
final class NodeExpectations {
  /** Expectations known at once; beyond it the oldest one is forgotten, first of those met. */
  private static final int MOST = 8_192;

  private final BucketStates states;
  private final Siblings siblings;

  /** By their places, the oldest first. */
  private final Map<Octets, KnownExpectation> all = new LinkedHashMap<>();

  /** The last announcement of each that was read, by buckets. */
  private final Map<Integer, Map<Announcer, Long>> heard = new HashMap<>();

  /** That of the engines, which have the same rules; null before there is one. */
  private @Nullable ExpectationCodec codec;

  /** How long an expectation stays. */
  private long nanos;

  /** The other workers of this node. */
  @FunctionalInterface
  interface Siblings {
    /** See {@link Surroundings#announce}. */
    boolean announce(int bucket, byte[] record);
  }

  /** An owner of a bucket, of which connections may stay with it later. */
  private record Announcer(NodeId node, long epoch) {
    boolean isAfter(Announcer other) {
      return node.equals(other.node) && epoch > other.epoch;
    }

    /** Whether the other one has owned the bucket later. */
    boolean isBefore(Announcer other) {
      return epoch < other.epoch;
    }
  }

  NodeExpectations(BucketStates states, Siblings siblings) {
    this.states = states;
    this.siblings = siblings;
  }

  /** The members of the agreed table but this one, and those that never own a bucket. */
  Collection<NodeId> others() {
    AllocationTable table = states.node().table();
    return table == null
        ? List.of()
        : table.members().stream()
            .filter(Member::isVoter)
            .map(Member::id)
            .filter(each -> !each.equals(states.node().self()))
            .toList();
  }

  /**
   * An engine of this worker expects a connection: all others are told.
   *
   * @param opened how many of the connections it expects were opened
   * @return what was told; null if that cannot be: it is not expected
   */
  @Nullable Written expect(BucketLog log, ExpectedConnection expected, int opened, long nowNanos) {
    Written written = new Written(expected, opened, nanos);
    byte[] octets = octets(written);
    if (!siblings.announce(log.bucket(), octets)) {
      return null;
    }
    add(placeOf(expected), new KnownExpectation(log.bucket(), octets, written, nowNanos));
    log.announce(octets);
    return written;
  }

  /** What connections of a bucket expected that are not in {@code inherited}: all are told. */
  void withdrawLost(
      BucketLog log, Replica inherited, Consumer<Consumer<Engine>> engines, long nowNanos) {
    for (Map.Entry<Octets, KnownExpectation> each : List.copyOf(all.entrySet())) {
      boolean isOfBucket = each.getValue().bucket == log.bucket();
      if (isOfBucket && !inherited.isKnown(each.getKey().toArray())) {
        byte[] record = new Announcement(Announcement.WITHDRAWN, each.getKey(), null).octets();
        hear(log.bucket(), record, engines, nowNanos);
        tell(log, record);
      }
    }
  }

  /** An engine of this node has opened an expected connection. */
  void opened(BucketLog log, ExpectedConnection expected, @Nullable ConnectionKey ends) {
    if (ends != null) {
      announce(log, Announcement.ENDS, expected, ends);
    }
    announce(log, Announcement.OPENED, expected, null);
  }

  /** The connection of this node between {@code ends} is in a record. */
  void recorded(BucketLog log, ExpectedConnection expected, ConnectionKey ends) {
    announce(log, Announcement.RECORDED, expected, ends);
  }

  private void announce(
      BucketLog log, int kind, ExpectedConnection expected, @Nullable ConnectionKey ends) {
    Announcement told =
        new Announcement(kind, placeOf(expected), ends == null ? null : octetsOf(ends));
    KnownExpectation known = all.get(told.place());
    if (known != null) {
      boolean ignored = note(known, told); // the engines of this node know it already
    }
    tell(log, told.octets());
  }

  /** A connection of this node expects another one no more. */
  void withdraw(BucketLog log, ExpectedConnection expected) {
    announce(log, Announcement.WITHDRAWN, expected, null);
  }

  private void tell(BucketLog log, byte[] record) {
    log.announcements().append(record);
    boolean ignored = siblings.announce(log.bucket(), record); // what is not known ends by itself
  }

  /** Shows an engine that was made now what is expected. */
  void show(Engine engine, long nowNanos) {
    codec = engine.shared().codec();
    nanos = engine.shared().nanos();
    for (KnownExpectation each : all.values()) {
      read(each);
      Written written = each.metAt(nowNanos);
      if (written != null) {
        engine.shared().add(written, each.recorded(), nowNanos);
        each.unrecorded()
            .forEach(ends -> engine.shared().noteOpened(written.expected(), keyOf(ends)));
      }
    }
  }

  /** What a new member is to be told of the connections of {@code bucket}. */
  List<byte[]> live(int bucket, long nowNanos) {
    List<byte[]> live = new ArrayList<>();
    for (Map.Entry<Octets, KnownExpectation> entry : all.entrySet()) {
      KnownExpectation each = entry.getValue();
      Written written = each.bucket == bucket ? each.at(nowNanos) : null;
      if (written != null) {
        live.add(octets(written));
        for (Octets ends : each.unrecorded()) {
          live.add(new Announcement(Announcement.ENDS, entry.getKey(), ends).octets());
          live.add(new Announcement(Announcement.OPENED, entry.getKey(), null).octets());
        }
      }
    }
    return live;
  }

  /**
   * Takes announcements of the owner of a bucket; none if there is a gap, or another owner with a
   * later epoch has announced something.
   *
   * @param engines shows what changes to the engines of this node
   * @return what to answer; null for nothing
   */
  @Nullable Applied append(
      NodeId from, Append append, Consumer<Consumer<Engine>> engines, long nowNanos) {
    Announcer announcer = new Announcer(from, append.epoch());
    Map<Announcer, Long> known = heard.computeIfAbsent(append.bucket(), _ -> new HashMap<>());
    boolean stays = from.equals(states.stayer(append.bucket()));
    if (!stays && known.keySet().stream().anyMatch(announcer::isBefore)) {
      return null;
    }
    long number = known.getOrDefault(announcer, 0L);
    long skipped = number + 1 - append.first();
    for (long i = Math.max(0, skipped); skipped >= 0 && i < append.records().size(); i++) {
      byte[] record = append.records().get((int) i);
      if (!siblings.announce(append.bucket(), record)) {
        break; // it comes again
      }
      hear(append.bucket(), record, engines, nowNanos);
      number++;
    }
    if (known.put(announcer, number) == null && !stays) {
      known.keySet().removeIf(announcer::isAfter);
      known.keySet().removeIf(each -> !states.memberIds().contains(each.node));
    }
    return new Applied(append.bucket(), append.epoch(), LogMessage.ANNOUNCEMENTS, number);
  }

  /** Takes an announcement of a connection of {@code bucket}, of this node or of another one. */
  void hear(int bucket, byte[] record, Consumer<Consumer<Engine>> engines, long nowNanos) {
    try {
      Announcement news = Announcement.of(record);
      if (news.kind() == Announcement.EXPECTED) {
        KnownExpectation known = new KnownExpectation(bucket, record, null, nowNanos);
        add(news.place(), known);
        read(known);
        Written written = known.at(nowNanos);
        if (written != null) {
          engines.accept(each -> each.shared().add(written, 0, nowNanos));
        }
        return;
      }
      KnownExpectation known = all.get(news.place());
      if (known != null && note(known, news) && known.written != null) {
        tell(engines, known.written.expected(), news, nowNanos);
      }
    } catch (MalformedState _) {
      // of another version: it is not expected here, and what waits for this node must not stand
    }
  }

  /** Tells the engines what has become of an expectation. */
  private void tell(
      Consumer<Consumer<Engine>> engines,
      ExpectedConnection expected,
      Announcement news,
      long nowNanos) {
    ConnectionKey ends = news.ends() == null ? null : keyOf(news.ends());
    engines.accept(engine -> {
      if (news.kind() == Announcement.WITHDRAWN) {
        engine.shared().remove(expected);
      } else if (news.kind() != Announcement.RECORDED) {
        engine.shared().noteOpened(expected, ends);
      } else if (ends != null) {
        engine.shared().noteRecorded(expected, ends, nowNanos);
      }
    });
  }

  /**
   * Notes what has become of an expectation.
   *
   * @return false if that was known already
   */
  private boolean note(KnownExpectation known, Announcement news) {
    Octets ends = news.ends();
    if (news.kind() == Announcement.OPENED) {
      return known.noteOpened();
    } else if (news.kind() == Announcement.WITHDRAWN) {
      all.remove(news.place());
    } else if (ends != null && news.kind() == Announcement.ENDS) {
      known.noteOpened(ends);
    } else if (ends != null) {
      known.noteRecorded(ends);
    }
    return true;
  }

  /** Reads an expectation of another node, once there is an engine. */
  private void read(KnownExpectation known) {
    if (known.written == null && codec != null) {
      try {
        known.written = codec.read(new StateReader(known.octets, 1, known.octets.length));
      } catch (MalformedState _) {
        // its rule is not known here
      }
    }
  }

  private void add(Octets place, KnownExpectation known) {
    all.remove(place);
    expire(known.sinceNanos);
    if (all.size() >= MOST) {
      all.remove(dispensable());
    }
    all.put(place, known);
  }

  /** Forgets the oldest ones, if their time is over, but for some that end before older ones. */
  private void expire(long nowNanos) {
    Iterator<KnownExpectation> oldest = all.values().iterator();
    boolean isOver = true;
    while (isOver && oldest.hasNext()) {
      KnownExpectation each = oldest.next();
      isOver = each.written == null || each.isOver(nowNanos);
      if (each.isOver(nowNanos)) {
        oldest.remove();
      }
    }
  }

  /** The place of the oldest one that is met, or of the oldest one if none is. */
  private Octets dispensable() {
    for (Map.Entry<Octets, KnownExpectation> each : all.entrySet()) {
      if (each.getValue().isMet()) {
        return each.getKey();
      }
    }
    return all.keySet().iterator().next();
  }

  private static Octets placeOf(ExpectedConnection expected) {
    StateWriter out = new StateWriter();
    ExpectationCodec.writePlace(expected, out);
    return Octets.of(out.toOctets());
  }

  private static Octets octetsOf(ConnectionKey ends) {
    StateWriter out = new StateWriter();
    ends.write(out);
    return Octets.of(out.toOctets());
  }

  private ConnectionKey keyOf(Octets ends) {
    return Objects.requireNonNull(codec).readEnds(reader(ends));
  }

  private static StateReader reader(Octets octets) {
    return new StateReader(octets.toArray(), 0, octets.length());
  }

  private byte[] octets(Written written) {
    ExpectationCodec own = Objects.requireNonNull(codec);
    StateWriter out = new StateWriter();
    out.octet(Announcement.EXPECTED);
    own.write(written, out);
    return out.toOctets();
  }
}
