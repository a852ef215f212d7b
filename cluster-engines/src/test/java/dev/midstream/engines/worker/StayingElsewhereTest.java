package dev.midstream.engines.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.bucket.Term;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.log.BucketLog;
import dev.midstream.engines.log.Links;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.log.StayingKeys;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.engines.message.LogMessage.Applied;
import dev.midstream.engines.message.LogMessage.Counted;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.flow.ConnectionPool;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.wire.bucket.BucketHash;
import dev.midstream.wire.bucket.BucketKey;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an owner knows of connections that stay at another node. */
class StayingElsewhereTest {
  private static final NodeId SELF = node(1);
  private static final NodeId STAYER = node(2);
  private static final NodeId OTHER = node(3);
  private static final Bucket.Staying STAYS = new Bucket.Staying(STAYER, 2);
  private static final long EPOCH = 3;
  private static final Ends ONE = Ends.IPV4.withPorts(40_000, 80);
  private static final Ends TWO = Ends.IPV4.withPorts(40_001, 80);

  private final View view = new View();
  private final BucketStates states = new BucketStates(view, BucketShare.ALL, 1);
  private final OpenEngines open =
      new OpenEngines(states, new Buckets(new BucketHash(new BucketKey(1, 2, 3, 4, 5), 1)));
  private final StayingElsewhere elsewhere =
      new StayingElsewhere(states, open, new ConnectionPool(Integer.MAX_VALUE, Long.MAX_VALUE));
  private final BucketLog log =
      new BucketLog(0, EPOCH, LogSettings.of(CommitMode.STRICT), new Links());
  private final Connected ends = new Connected(log);
  private final OwnedBucket owned = new OwnedBucket(log, ends.engine, new Replica(), 0, _ -> {});

  /** The list of what stays, at the node where it does. */
  private final StayingKeys keys = new StayingKeys(0, new Links(), _ -> {});

  private static NodeId node(int number) {
    return new NodeId(NodeAddress.ofIpv4(number, 7800), new UUID(0, number));
  }

  /** This node owns the bucket at first, and connections of it stay. */
  private static final class View implements NodeView {
    AllocationTable table = tableOf(1, bucket(SELF, EPOCH, null, STAYS), SELF, STAYER, OTHER);

    @Override
    public NodeId self() {
      return SELF;
    }

    @Override
    public AllocationTable table() {
      return table;
    }

    @Override
    public boolean mayEmit(int bucket, long nowNanos) {
      return true;
    }

    @Override
    public boolean isLeased(long nowNanos) {
      return true;
    }
  }

  private static Bucket bucket(
      NodeId owner, long epoch, @Nullable NodeId from, Bucket.@Nullable Staying staying) {
    return new Bucket(owner, epoch, from, null, List.of(), Epoch.NONE, staying);
  }

  private static AllocationTable tableOf(int number, Bucket bucket, NodeId... members) {
    return AllocationTable.received(
        SELF,
        new Secret(new byte[Secret.BYTES]),
        new Version(new Term(1, SELF), number),
        Stream.of(members).map(each -> new Member(each, 0, Member.Role.ACTIVE)).toList(),
        List.of(members),
        List.of(bucket),
        1);
  }

  /** This node, which has the bucket no more, obeys a table. */
  private void obey(int number, Bucket bucket, NodeId... members) {
    states.setOwned(0, null);
    view.table = tableOf(number, bucket, members);
    elsewhere.obey(0, 0);
  }

  /** This node, which has the bucket, obeys a table. */
  private void obeyAsOwner(int number, Bucket bucket, NodeId... members) {
    view.table = tableOf(number, bucket, members);
    elsewhere.obey(0, 0);
  }

  /** Opens the bucket; connections between {@link #ONE} and {@link #TWO} stay, and are read. */
  private List<byte[]> open() {
    states.setOwned(0, owned);
    elsewhere.open(0, owned, null, 0);
    List<byte[]> records = records();
    keys.tell(SELF, EPOCH, /* stay= */ false);
    assertThat(keys.tellSome(2)).isEqualTo(2);
    assertThat(elsewhere.append(STAYER, told(), 0)).isNotNull();
    read(records);
    return records;
  }

  /** The records of connections between {@link #ONE} and {@link #TWO}, which are listed. */
  private List<byte[]> records() {
    Connected other =
        new Connected(new BucketLog(0, 1, LogSettings.of(CommitMode.STRICT), new Links()));
    for (Ends each : List.of(ONE, TWO)) {
      other.open(each);
      keys.add(Connected.endsOf(each));
    }
    List<byte[]> records = new ArrayList<>();
    other.engine.moves().writeMoved(record -> records.add(record.toOctets()), 0);
    return records;
  }

  /** This node gets a replica that counts. */
  private void read(List<byte[]> records) {
    assertThat(elsewhere.append(STAYER, logged(records), 0))
        .isEqualTo(new Applied(0, EPOCH, LogMessage.STAYING_LOG, records.size()));
    elsewhere.onCounted(STAYER, new Counted(0, EPOCH, LogMessage.STAYING_LOG));
    assertThat(elsewhere.replica(0)).isNotNull();
  }

  /** Another node hands the bucket over to this one; connections of it stay at a third one. */
  private void openTaken() {
    view.table = tableOf(2, bucket(SELF, EPOCH, OTHER, STAYS), SELF, STAYER, OTHER);
    states.setOwned(0, owned);
    elsewhere.open(0, owned, null, 0);
    assertThat(owned.isPaused()).isTrue();
    assertThat(elsewhere.takeNews(0)).isNull();
  }

  /** What the list says now, sent for the first time or again. */
  private Append told() {
    List<Append> all = new ArrayList<>();
    keys.send(
        keys.dueNanos() == Long.MAX_VALUE ? 0 : keys.dueNanos(),
        (_, message) -> all.add((Append) message));
    return all.getLast();
  }

  private static Append logged(List<byte[]> records) {
    return new Append(0, EPOCH, LogMessage.STAYING_LOG, 1, records.size(), records);
  }

  @Test
  @DisplayName("PDP-1 HSI-4 a late message of what was given begins no other replica of it")
  void takesNothingLate() {
    List<byte[]> records = open();
    log.adopt(node(3), EPOCH); // the engine does not know yet that records are kept
    keys.give();
    Append given = told();
    assertThat(elsewhere.append(STAYER, given, 0)).isNotNull();
    assertThat(elsewhere.append(STAYER, logged(records.subList(0, 1)), 0)).isNull();
    assertThat(elsewhere.append(STAYER, given, 0)).isNotNull();
    owned.settle(0, _ -> {});
    assertThat(ends.engine.inheritedConnections()).isEqualTo(2);
    owned.settle(0, _ -> {});
    assertThat(elsewhere.append(STAYER, logged(records), 0)).isNull();
    assertThat(elsewhere.replica(0)).isNull();
  }

  @Test
  @DisplayName("PDP-1 HSI-4 an engine goes on with what two others had before it knows its log")
  void goesOnWithBoth() {
    List<byte[]> records = open();
    log.adopt(node(3), EPOCH);
    for (byte[] record : records) {
      Replica one = new Replica();
      one.apply(record, 0);
      owned.goOn(one, 0);
    }
    owned.settle(0, _ -> {});
    assertThat(ends.engine.inheritedConnections()).isEqualTo(2);
  }

  @Test
  @DisplayName(
      "PDP-1 HSI-4 a giver keeps what it has of what stays until the table names that no more")
  void forgetsWhatStaysNoMore() {
    List<byte[]> ignored = open();
    obey(2, bucket(OTHER, 4, SELF, STAYS), SELF, STAYER, OTHER);
    assertThat(elsewhere.replica(0)).isNotNull();
    assertThat(elsewhere.lists().size()).isEqualTo(2);
    obey(3, bucket(OTHER, 4, SELF, null), SELF, STAYER, OTHER);
    assertThat(elsewhere.replica(0)).as("all have closed").isNull();
    assertThat(elsewhere.lists().size()).isZero();
  }

  @Test
  @DisplayName(
      "nothing is sent of a bucket that is given back, whatever the table says of what stayed")
  void sendsNothingOfWhatIsGivenBack() {
    openTaken();
    obeyAsOwner(3, bucket(SELF, EPOCH, OTHER, STAYS), SELF, OTHER);
    assertThat(elsewhere.takeNews(0)).isEqualTo(new ClusterInput.StayingLost(0, EPOCH));
    obeyAsOwner(4, bucket(SELF, EPOCH, OTHER, null), SELF, OTHER);
    assertThat(owned.isPaused()).as("its giver is to have it").isTrue();
    assertThat(elsewhere.isGivenBack(0)).isTrue();
    obeyAsOwner(5, bucket(SELF, EPOCH, null, null), SELF);
    assertThat(owned.isPaused()).as("its giver is gone").isFalse();
  }

  @Test
  @DisplayName("an owner with a replica of what stayed goes on with it, also if it got no list")
  void goesOnWithoutTheList() {
    openTaken();
    read(records());
    assertThat(elsewhere.takeNews(0)).as("the list may come").isNull();
    obeyAsOwner(3, bucket(SELF, EPOCH, OTHER, STAYS), SELF, OTHER);
    assertThat(elsewhere.isGivenBack(0)).isFalse();
    assertThat(elsewhere.takeNews(0)).isEqualTo(new ClusterInput.StayingListed(0, EPOCH));
    assertThat(owned.isPaused()).as("their packets wait until they are in the engine").isTrue();
    obeyAsOwner(4, bucket(SELF, EPOCH, null, null), SELF, OTHER);
    assertThat(ends.engine.inheritedConnections()).isEqualTo(2);
    assertThat(owned.isPaused()).isFalse();
  }

  @Test
  @DisplayName("an owner keeps what it has of connections that come home, until they are there")
  void keepsWhatComesHome() {
    List<byte[]> ignored = open();
    obey(2, bucket(STAYER, 4, SELF, STAYS), SELF, STAYER, OTHER);
    assertThat(elsewhere.known(0)).isNotNull();
    obey(3, bucket(STAYER, 4, null, STAYS), SELF, STAYER, OTHER);
    assertThat(elsewhere.replica(0)).isNotNull();
    obey(4, bucket(STAYER, 4, null, null), SELF, STAYER, OTHER);
    assertThat(elsewhere.known(0)).isNull();
  }

  @Test
  @DisplayName("a giver forgets what it has of connections that come home from a later owner")
  void forgetsWhatIsOldWhenItComesHome() {
    List<byte[]> ignored = open();
    obey(2, bucket(OTHER, 4, SELF, STAYS), SELF, STAYER, OTHER);
    obey(4, bucket(STAYER, 5, OTHER, STAYS), SELF, STAYER, OTHER); // it has missed the third one
    assertThat(elsewhere.known(0)).isNull();
    assertThat(elsewhere.lists().size()).isZero();
  }
}
