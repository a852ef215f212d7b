package dev.midstream.engines.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.engines.log.BucketLog;
import dev.midstream.engines.log.Links;
import dev.midstream.engines.log.LogMeter;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.log.StayingKeys;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Ends;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which connections of an engine stay. */
class StayingBucketTest {
  private static final Ends OPEN = Ends.IPV4.withPorts(40_000, 80);
  private static final Ends OPENED_ANEW = Ends.IPV4.withPorts(40_001, 80);
  private static final int ALL = Integer.MAX_VALUE;
  private static final int MANY = 1_000;
  private static final int STEP = 10;

  /** So many workers that 1,024 octets of records of each may wait. */
  private static final int MANY_WORKERS = 1 << 16;

  /** What a backup gets that is to be one no more. */
  private static final byte[] GIVEN_UP = {99};

  private static final NodeId TAKER = new NodeId(NodeAddress.ofIpv4(1, 1), new UUID(0, 1));

  private final CommitMode mode = CommitMode.ON_CHANGE;
  private final Links links = new Links(MANY_WORKERS, mode, LogMeter.NONE);
  private final StayingKeys keys = new StayingKeys(0, new Links(), _ -> {});
  private final BucketLog log = new BucketLog(0, 1, LogSettings.of(mode), links);
  private final Connected ends = new Connected(log);
  private final OwnedBucket owned =
      new OwnedBucket(log, ends.engine, new Replica(), 0, packet -> {});

  private StayingBucket staying() {
    return new StayingBucket(owned, new ClusterEffect.StopBucket(0, 2, TAKER, true), 0);
  }

  @Test
  @DisplayName(
      "PDP-1 what is opened anew between the ends of one that stays is not taken for closed")
  void noticesWhatIsOpenedAnew() {
    ends.open(OPEN);
    StayingBucket staying = staying();
    assertThat(staying.ends.listSome(ALL, keys, 0)).isPositive();
    assertThat(staying.ends.isListing()).isFalse();
    keys.add(Connected.endsOf(OPENED_ANEW)); // it has closed, which is not known yet
    ends.process(Connected.syn(OPENED_ANEW));
    staying.ends.noteOpening(Connected.endsOf(OPENED_ANEW));
    assertThat(staying.ends.lookSome(ALL, keys)).isTrue();
    assertThat(keys.size()).isEqualTo(2);
    assertThat(keys.contains(Connected.endsOf(OPENED_ANEW))).isTrue();
    assertThat(staying.ends.areOver()).isFalse();
  }

  @Test
  @DisplayName("PDP-1 what has closed leaves the list, also if its ends came again in vain")
  void losesWhatHasClosed() {
    ends.open(OPEN);
    StayingBucket staying = staying();
    assertThat(staying.ends.listSome(ALL, keys, 0)).isPositive();
    keys.add(Connected.endsOf(OPENED_ANEW));
    staying.ends.noteOpening(Connected.endsOf(OPENED_ANEW));
    assertThat(staying.ends.lookSome(ALL, keys)).isTrue();
    assertThat(keys.contains(Connected.endsOf(OPEN))).isTrue();
    assertThat(keys.size()).isEqualTo(1);
  }

  @Test
  @DisplayName("PDP-1 connections are listed in steps, and the list is no whole one before")
  void listsInSteps() {
    for (int port = 0; port < MANY; port++) {
      ends.open(Ends.IPV4.withPorts(40_000 + port, 80));
    }
    StayingBucket staying = staying();
    keys.begin(MANY);
    int steps = 0;
    while (staying.ends.isListing()) {
      int before = keys.size();
      assertThat(staying.ends.listSome(STEP, keys, 0)).isLessThanOrEqualTo(2 * STEP);
      assertThat(keys.size() - before).isLessThanOrEqualTo(2 * STEP);
      steps++;
    }
    assertThat(keys.size()).isEqualTo(MANY);
    assertThat(steps).isGreaterThanOrEqualTo(MANY / (2 * STEP));
  }

  @Test
  @DisplayName(
      "PDP-1 HDP-18 what stays and is given does not use up what other logs may have waiting")
  void givesMuch() {
    log.adopt(TAKER, 2);
    owned.settle(0, _ -> {});
    for (int port = 0; port < MANY; port++) {
      ends.open(Ends.IPV4.withPorts(40_000 + port, 80));
      answerAll(log);
    }
    StayingBucket staying = staying();
    assertThat(staying.ends.listSome(ALL, keys, 0)).isPositive();
    staying.giveAtOnce(0);
    assertThat(log.appended() - log.committed()).isGreaterThanOrEqualTo(MANY);
    BucketLog other = new BucketLog(1, 1, LogSettings.of(mode), links);
    other.adopt(TAKER, 2);
    StateWriter record = new StateWriter();
    IntStream.range(0, STEP).forEach(record::octet);
    assertThat(other.append(record)).isEqualTo(1);
    assertThat(firstSent(other)).hasSize(STEP);
    assertThat(firstSent(log)).isNotEqualTo(GIVEN_UP);
  }

  private static byte[] firstSent(BucketLog from) {
    List<Append> all = new ArrayList<>();
    from.send(0, (_, message) -> all.add((Append) message));
    Append first = all.getFirst();
    from.noteApplied(TAKER, first.since(), first.first() + first.records().size() - 1, 0);
    return first.records().getFirst();
  }

  /** The taker has all records. */
  private static void answerAll(BucketLog from) {
    while (from.appended() > from.committed()) {
      assertThat(firstSent(from)).isNotEqualTo(GIVEN_UP);
    }
  }
}
