package dev.midstream.cluster.bucket;

import static dev.midstream.cluster.bucket.Tables.N1;
import static dev.midstream.cluster.bucket.Tables.N2;
import static dev.midstream.cluster.bucket.Tables.N3;
import static dev.midstream.cluster.bucket.Tables.N4;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeId;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What tables say of connections that stay at nodes whose buckets move. */
class ReallocationTest {
  private final Tables tables = new Tables(4, 1, 4).staying().settled(N2, N3);

  private NodeId owner(int bucket) {
    return Objects.requireNonNull(tables.bucket(bucket).owner());
  }

  private Bucket.@Nullable Staying staying(int bucket) {
    return tables.bucket(bucket).staying();
  }

  /** A member that neither owns the bucket nor is where its connections stay. */
  private NodeId other(int bucket) {
    return List.of(N1, N2, N3).stream()
        .filter(each -> !tables.bucket(bucket).isOwnedBy(each))
        .filter(each -> !tables.bucket(bucket).staysAt(each))
        .findFirst()
        .orElseThrow();
  }

  private void finish() {
    do {
      tables.completeAll();
      tables.openAll();
    } while (tables.tryStep());
  }

  /** The first bucket begins to be handed over. */
  private void begin(NodeId taker) {
    tables.changes.order(0, taker);
    tables.step();
    if (tables.bucket(0).from() == null) {
      assertThat(staying(0)).as("the taker has no replica yet").isNull();
      tables.completeAll();
      tables.step();
    }
  }

  /** The bucket moves as an operator orders. */
  private void move(int bucket, NodeId to) {
    tables.changes.order(bucket, to);
    tables.step();
    finish();
    assertThat(owner(bucket)).isEqualTo(to);
  }

  @Test
  @DisplayName("PDP-1 connections stay where the bucket was, since the epoch of the next owner")
  void staysAtTheGiver() {
    NodeId giver = owner(0);
    NodeId taker = other(0);
    begin(taker);
    assertThat(tables.bucket(0).from()).isEqualTo(giver);
    Bucket.Staying staying = new Bucket.Staying(giver, tables.bucket(0).epoch());
    assertThat(staying(0)).isEqualTo(staying);
    finish();
    assertThat(staying(0)).isEqualTo(staying);
    assertThat(tables.table().stayer(0)).isEqualTo(giver);
    assertThat(tables.table().stayer()).as("no member leaves").isNull();
  }

  @Test
  @DisplayName("PDP-1 with on-reallocation: move no connection stays")
  void movesWithTheBucket() {
    Tables moving = new Tables(4, 1, 4).settled(N2, N3);
    NodeId taker = moving.bucket(0).isOwnedBy(N2) ? N3 : N2;
    moving.changes.order(0, taker);
    while (moving.tryStep()) {
      moving.completeAll();
      moving.openAll();
    }
    assertThat(moving.bucket(0).owner()).isEqualTo(taker);
    assertThat(moving.bucket(0).staying()).isNull();
  }

  @Test
  @DisplayName("PDP-1 a bucket that moves on keeps where its first connections stay")
  void keepsTheFirst() {
    move(0, other(0));
    Bucket.Staying first = Objects.requireNonNull(staying(0));
    move(0, other(0));
    assertThat(staying(0)).isEqualTo(first);
    move(0, first.node());
    assertThat(staying(0)).as("until that node says so").isEqualTo(first);
  }

  @Test
  @DisplayName("PDP-1 the node says that all have closed; what it says of another move is too late")
  void endsWhenAllHaveClosed() {
    move(0, other(0));
    Bucket.Staying staying = Objects.requireNonNull(staying(0));
    tables.changes.closed(other(0), 0, staying.since());
    tables.changes.closed(staying.node(), 0, staying.since() - 1);
    tables.changes.closed(staying.node(), 1, staying.since());
    assertThat(tables.tryStep()).isFalse();
    tables.changes.closed(staying.node(), 0, staying.since());
    tables.step();
    assertThat(staying(0)).isNull();
  }

  @Test
  @DisplayName("PDP-1 LD-7 a bucket rests of which connections stay elsewhere, until they close")
  void restsWhileConnectionsStay() {
    for (boolean haveClosed : new boolean[] {false, true}) {
      Tables all = new Tables(16, 1, 1).staying().settled(N2, N3);
      all.changes.order(0, all.bucket(0).isOwnedBy(N3) ? N2 : N3);
      while (all.tryStep()) {
        all.completeAll();
        all.openAll();
      }
      Bucket.Staying staying = Objects.requireNonNull(all.bucket(0).staying());
      NodeId busy = Objects.requireNonNull(all.bucket(0).owner());
      int second =
          IntStream.range(1, 16)
              .filter(each -> all.bucket(each).isOwnedBy(busy))
              .findFirst()
              .orElse(0);
      all.loads.report(0, 10);
      all.loads.report(second, 12);
      if (haveClosed) {
        all.changes.closed(staying.node(), 0, staying.since());
      }
      all.changes.balance();
      all.step();
      Bucket moving = all.bucket(0);
      assertThat(moving.target() != null || moving.from() != null).isEqualTo(haveClosed);
    }
  }

  @Test
  @DisplayName("PDP-1 LD-14 the node dies: the owner goes on, and the table forgets it")
  void nodeDies() {
    move(0, other(0));
    NodeId stayer = Objects.requireNonNull(staying(0)).node();
    NodeId taker = owner(0);
    if (stayer.equals(N1)) {
      tables.coordinator(taker);
    }
    tables.changes.gone(stayer);
    tables.step();
    assertThat(tables.bucket(0).owner()).isEqualTo(taker);
    assertThat(tables.table().buckets()).noneMatch(each -> each.names(stayer));
  }

  @Test
  @DisplayName("PDP-1 LD-14 the owner dies: the heir, and an owner without replica, know the node")
  void ownerDies() {
    move(0, other(0));
    Bucket.Staying staying = Objects.requireNonNull(staying(0));
    tables.goneOwner();
    assertThat(staying(0)).isEqualTo(staying);

    Tables bare = new Tables(1, 0, 4).staying().settled(N2, N3);
    NodeId first = Objects.requireNonNull(bare.bucket(0).owner());
    NodeId second = first.equals(N2) ? N3 : N2;
    bare.changes.order(0, second);
    while (bare.tryStep()) {
      bare.completeAll();
      bare.openAll();
    }
    bare.changes.gone(second);
    bare.step();
    assertThat(bare.bucket(0).owner()).isNull();
    bare.changes.want(0);
    bare.step();
    assertThat(bare.bucket(0).owner()).isNotNull();
    assertThat(bare.table().stayer(0)).isEqualTo(first);
  }

  @Test
  @DisplayName("PDP-1 LD-14 the taker dies while it gets the bucket: it is the giver's again")
  void takerDies() {
    NodeId giver = owner(0);
    NodeId taker = other(0);
    begin(taker);
    if (taker.equals(N1)) {
      tables.coordinator(giver);
    }
    tables.changes.gone(taker);
    tables.step();
    assertThat(owner(0)).isEqualTo(giver);
    assertThat(tables.bucket(0).staysAt(giver)).as("until it says that none does").isTrue();
  }

  @Test
  @DisplayName("PDP-1 PDP-7 a node that is drained keeps nothing, and leaves when nothing stays")
  void drainedNodeKeepsNothing() {
    int bucket =
        IntStream.range(0, 4).filter(each -> !owner(each).equals(N1)).findFirst().orElse(0);
    NodeId leaving = owner(bucket);
    move(bucket, N1);
    Bucket.Staying staying = Objects.requireNonNull(staying(bucket));
    tables.changes.drain(leaving, Member.Role.DRAINING);
    tables.step();
    finish();
    assertThat(tables.owned(leaving)).isZero();
    assertThat(tables.table().buckets())
        .filteredOn(each -> each.staysAt(leaving))
        .as("only what stayed before")
        .hasSize(1);
    assertThat(tables.table().isMember(leaving)).isTrue();
    tables.changes.closed(leaving, bucket, staying.since());
    tables.step();
    assertThat(tables.table().isMember(leaving)).isFalse();
  }

  @Test
  @DisplayName("PDP-1 while a member leaves and keeps its connections, those of others move")
  void othersMoveBesideALeavingNode() {
    Tables four = new Tables(8, 1, 8).staying().settled(N2, N3, N4);
    four.changes.drain(N2, Member.Role.STAYING);
    while (four.tryStep()) {
      four.completeAll();
      four.openAll();
    }
    NodeId owner = Objects.requireNonNull(four.bucket(0).owner());
    four.changes.order(0, owner.equals(N3) ? N4 : N3);
    while (four.tryStep()) {
      four.completeAll();
      four.openAll();
    }
    assertThat(four.bucket(0).isOwnedBy(owner)).isFalse();
    assertThat(four.table().buckets()).allMatch(each -> each.staying() == null);
    assertThat(four.table().stayer(0)).isEqualTo(N2);
  }

  @Test
  @DisplayName(
      "PDP-1 LD-14 HSI-4 one table says that the node is gone and that the bucket moves on")
  void diesWhenTheBucketMovesOn() {
    int bucket =
        IntStream.range(0, 4).filter(each -> !owner(each).equals(N1)).findFirst().orElse(0);
    NodeId stayer = owner(bucket);
    move(bucket, N1);
    NodeId taker = other(bucket);
    tables.changes.order(bucket, taker);
    tables.step();
    assertThat(tables.bucket(bucket).target()).isEqualTo(taker);
    tables.changes.drain(N1, Member.Role.DRAINING);
    tables.changes.gone(stayer);
    tables.completeAll();
    tables.step();
    assertThat(owner(bucket)).isEqualTo(taker);
    assertThat(tables.bucket(bucket).from()).isEqualTo(N1);
    assertThat(staying(bucket)).as("the giver has what stayed").isNull();
  }

  @Test
  @DisplayName(
      "PDP-1 LD-14 HSI-4 the node dies while the bucket is handed over: the taker says who goes on")
  void diesWhileTheBucketMovesOn() {
    for (boolean isListed : new boolean[] {false, true}) {
      Tables all = handedOver(/* leaves= */ false);
      goesOn(all, isListed);
    }
  }

  @Test
  @DisplayName("PDP-1 PDP-7 LD-14 HSI-4 so it is with a member that leaves and keeps connections")
  void diesLeavingWhileTheBucketMovesOn() {
    for (boolean isListed : new boolean[] {false, true}) {
      Tables all = handedOver(/* leaves= */ true);
      goesOn(all, isListed);
    }
  }

  /** {@link Tables#N1} hands the first bucket over to N3, of which connections stay at N2. */
  private static Tables handedOver(boolean leaves) {
    Tables all = new Tables(4, 1, 4).settled(N2, N3, N4);
    if (!leaves) {
      all.staying();
    }
    order(all, N2);
    if (leaves) {
      all.changes.drain(N2, Member.Role.STAYING);
    }
    order(all, N1);
    all.changes.order(0, N3);
    while (all.bucket(0).from() == null) {
      all.step();
      all.completeAll();
    }
    assertThat(all.bucket(0).isOwnedBy(N3)).isTrue();
    assertThat(all.table().stayer(0)).isEqualTo(N2);
    return all;
  }

  /** The first bucket has an owner, and nothing of it stays elsewhere unless that had it. */
  private static void order(Tables all, NodeId to) {
    NodeId before = Objects.requireNonNull(all.bucket(0).owner());
    all.changes.order(0, to);
    while (all.tryStep()) {
      all.completeAll();
      all.openAll();
    }
    Bucket.Staying staying = all.bucket(0).staying();
    if (staying != null && !before.equals(N2)) {
      all.changes.closed(staying.node(), 0, staying.since());
      boolean _ = all.tryStep();
    }
    assertThat(all.bucket(0).owner()).isEqualTo(to);
  }

  /** The node is gone, and the taker knows what stayed there, or gives the bucket back. */
  private static void goesOn(Tables all, boolean isListed) {
    Bucket moving = all.bucket(0);
    all.changes.gone(N2);
    all.step();
    assertThat(all.bucket(0).owner()).as("it may send already").isEqualTo(N3);
    assertThat(all.bucket(0).from()).isEqualTo(N1);
    assertThat(all.table().stayer(0)).as("until it is known what goes on").isEqualTo(N2);
    if (isListed) {
      all.changes.opened(N3, 0, moving.epoch());
    } else {
      giveBack(all);
    }
    all.step();
    assertThat(all.bucket(0).owner()).isEqualTo(isListed ? N3 : N1);
    assertThat(all.bucket(0).from()).isNull();
    assertThat(all.table().stayer(0)).isNull();
  }

  /** The taker has the first bucket, and does not know what stayed. */
  private static void giveBack(Tables all) {
    all.changes.unreadable(N3, 0, all.bucket(0).epoch());
    all.changes.opened(N3, 0, all.bucket(0).epoch());
  }

  @Test
  @DisplayName("what a node has said of its connections does not count once it is gone")
  void saysTooLateThatAllHaveClosed() {
    for (boolean isKnown : new boolean[] {false, true}) {
      Tables all = handedOver(/* leaves= */ false);
      Bucket moving = all.bucket(0);
      all.changes.gone(N2);
      boolean _ = isKnown && all.tryStep();
      all.changes.closed(N2, 0, Objects.requireNonNull(moving.staying()).since());
      boolean _ = all.tryStep();
      assertThat(all.bucket(0).staying()).as("its giver may have them").isEqualTo(moving.staying());
      assertThat(all.bucket(0).from()).isEqualTo(N1);
    }
  }

  @Test
  @DisplayName("PDP-1 LD-14 HSI-4 a taker that gives a bucket back keeps it if its giver dies, too")
  void givesBackToNone() {
    for (boolean isKnown : new boolean[] {false, true}) {
      Tables all = handedOver(/* leaves= */ false);
      all.coordinator(N4);
      all.changes.gone(N2);
      all.step();
      all.changes.gone(N1);
      if (isKnown) {
        all.step();
      }
      giveBack(all);
      boolean _ = all.tryStep();
      assertThat(all.bucket(0).owner()).as("it has all that the giver had").isEqualTo(N3);
      assertThat(all.bucket(0).from()).isNull();
      assertThat(all.table().stayer(0)).isNull();
    }
  }

  @Test
  @DisplayName("PDP-1 LD-14 HSI-4 the node and the giver or the taker die: the other one goes on")
  void diesWithAnotherOne() {
    for (boolean leaves : new boolean[] {false, true}) {
      for (NodeId second : List.of(N1, N3)) {
        for (boolean isFirst : new boolean[] {false, true}) {
          Tables all = handedOver(leaves);
          all.coordinator(N4);
          all.changes.gone(isFirst ? second : N2);
          all.step();
          all.changes.gone(isFirst ? N2 : second);
          all.step();
          assertThat(all.bucket(0).owner()).isEqualTo(second.equals(N1) ? N3 : N1);
          assertThat(all.bucket(0).from()).isNull();
          assertThat(all.table().stayer(0)).isNull();
        }
      }
    }
  }
}
