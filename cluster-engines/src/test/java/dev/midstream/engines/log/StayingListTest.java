package dev.midstream.engines.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.engines.message.LogMessage.Applied;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The list of connections that stay, at the node where they do, and at owners of their bucket. */
class StayingListTest {
  private static final int ALL = Integer.MAX_VALUE;
  private static final int BUCKET = 3;
  private static final long EPOCH = 100;
  private static final NodeId STAYER = new NodeId(NodeAddress.ofIpv4(1, 1), new UUID(0, 1));
  private static final NodeId OWNER = new NodeId(NodeAddress.ofIpv4(2, 1), new UUID(0, 2));
  private static final NodeId NEXT = new NodeId(NodeAddress.ofIpv4(3, 1), new UUID(0, 3));

  private final AtomicLong heap = new AtomicLong();
  private final AtomicLong itsHeap = new AtomicLong();
  private final StayingKeys keys = new StayingKeys(BUCKET, new Links(), heap::addAndGet);
  private final StayingList list = new StayingList(BUCKET, EPOCH, STAYER, itsHeap::addAndGet);

  private static ConnectionEnds ends(int port) {
    return ConnectionEnds.of(4, 0, 0x0a010001, 0, 0x0a010002, port, 80);
  }

  private List<Append> sent() {
    List<Append> sent = new ArrayList<>();
    int ignored = keys.tellSome(ALL);
    keys.send(0, (to, message) -> sent.add((Append) message));
    return sent;
  }

  /** All that was told arrives, and is answered. */
  private void exchange(NodeId owner, long epoch, StayingList its) {
    for (List<Append> some = sent(); !some.isEmpty(); some = sent()) {
      for (Append each : some) {
        Applied answer = Objects.requireNonNull(its.append(each, true));
        keys.noteApplied(owner, epoch, answer.number(), 0);
      }
    }
  }

  @Test
  @DisplayName("PDP-1 the owner knows all connections that stay, whichever end sends, and no other")
  void tellsAll() {
    List<ConnectionEnds> all = IntStream.range(0, 5_000).mapToObj(StayingListTest::ends).toList();
    all.forEach(keys::add);
    keys.tell(OWNER, EPOCH, /* stay= */ true);
    assertThat(keys.isHeld()).isFalse();
    exchange(OWNER, EPOCH, list);
    assertThat(keys.isHeld()).isTrue();
    assertThat(list.isWhole() && list.isOfAll()).isTrue();
    assertThat(all).allMatch(list::contains);
    assertThat(list.contains(ConnectionEnds.of(4, 0, 0x0a010002, 0, 0x0a010001, 80, 7))).isTrue();
    assertThat(list.contains(ends(5_000))).isFalse();
  }

  @Test
  @DisplayName("PDP-1 the owner is told in steps, and the list is whole after the last one")
  void tellsInSteps() {
    keys.begin(10);
    keys.tell(OWNER, EPOCH, /* stay= */ true);
    IntStream.range(0, 5).mapToObj(StayingListTest::ends).forEach(keys::add);
    assertThat(keys.tellSome(3)).isEqualTo(3);
    assertThat(keys.tellSome(3)).isEqualTo(2);
    exchange(OWNER, EPOCH, list);
    assertThat(keys.isToBeTold() || keys.isHeld() || list.isWhole()).isFalse();

    keys.add(ends(5));
    keys.add(ends(6));
    assertThat(keys.retainSome(ALL, each -> !each.equals(ends(6)))).isTrue();
    keys.complete();
    assertThat(keys.isToBeTold()).isTrue();
    exchange(OWNER, EPOCH, list);
    assertThat(keys.isHeld() && list.isWhole() && list.isOfAll()).isTrue();
    assertThat(IntStream.range(0, 6).mapToObj(StayingListTest::ends)).allMatch(list::contains);
    assertThat(list.contains(ends(6))).isFalse();
  }

  @Test
  @DisplayName("PDP-1 lists are charged for each connection in them, and before it is added")
  void isCharged() {
    keys.begin(5);
    assertThat(heap).hasValue(5 * ConnectionEnds.HEAP_BYTES);
    List.of(ends(1), ends(2), ends(2), ends(3)).forEach(keys::add);
    assertThat(heap).hasValue(5 * ConnectionEnds.HEAP_BYTES);
    keys.complete();
    assertThat(heap).hasValue(3 * ConnectionEnds.HEAP_BYTES);
    keys.tell(OWNER, EPOCH, /* stay= */ true);
    exchange(OWNER, EPOCH, list);
    assertThat(itsHeap).hasValue(3 * ConnectionEnds.HEAP_BYTES);
    assertThat(keys.retainSome(ALL, Set.of(ends(2))::contains)).isTrue();
    exchange(OWNER, EPOCH, list);
    assertThat(heap).hasValue(ConnectionEnds.HEAP_BYTES);
    assertThat(itsHeap).hasValue(ConnectionEnds.HEAP_BYTES);
    keys.give();
    exchange(OWNER, EPOCH, list);
    assertThat(itsHeap).hasValue(0);
    keys.clear();
    assertThat(heap).hasValue(0);
    list.clear();
    assertThat(itsHeap).hasValue(0);
  }

  @Test
  @DisplayName("PDP-1 a list that is begun in vain is charged with nothing any more")
  void isRefunded() {
    keys.begin(5);
    keys.add(ends(1));
    keys.clear();
    assertThat(heap).hasValue(0);
  }

  @Test
  @DisplayName("PDP-1 connections are looked at in steps, each once")
  void looksInSteps() {
    IntStream.range(0, 5).mapToObj(StayingListTest::ends).forEach(keys::add);
    keys.tell(OWNER, EPOCH, /* stay= */ true);
    exchange(OWNER, EPOCH, list);
    List<ConnectionEnds> seen = new ArrayList<>();
    for (int step = 0; step < 2; step++) {
      assertThat(keys.retainSome(2, each -> !seen.add(each))).isFalse();
      assertThat(keys.isLooking()).isTrue();
    }
    assertThat(keys.retainSome(2, seen::add)).isTrue();
    assertThat(seen).hasSize(5).doesNotHaveDuplicates();
    exchange(OWNER, EPOCH, list);
    assertThat(seen.stream().filter(list::contains)).containsExactly(seen.getLast());
    assertThat(keys.size()).isEqualTo(1);
    keys.closeAll();
    exchange(OWNER, EPOCH, list);
    assertThat(list.isEmpty()).isTrue();
  }

  @Test
  @DisplayName("PDP-1 the list loses what has closed, and all when the owner is to go on")
  void losesWhatHasClosed() {
    List.of(ends(1), ends(2), ends(3)).forEach(keys::add);
    keys.tell(OWNER, EPOCH, /* stay= */ true);
    assertThat(keys.retainSome(ALL, Set.of(ends(2), ends(3))::contains)).isTrue();
    exchange(OWNER, EPOCH, list);
    assertThat(list.contains(ends(1))).isFalse();
    assertThat(list.contains(ends(2))).isTrue();
    assertThat(list.isEmpty() || list.isGiven()).isFalse();
    keys.give();
    exchange(OWNER, EPOCH, list);
    assertThat(list.isEmpty() && list.isGiven()).isTrue();
    assertThat(keys.isGiven()).isTrue();
    assertThat(keys.isHeld()).as("they are in no replica of the owner yet").isFalse();
    keys.noteApplied(OWNER, EPOCH, list.answerGiven().number(), 0);
    assertThat(keys.isHeld()).isTrue();
  }

  @Test
  @DisplayName("PDP-1 an owner that cannot go on yet is told again, and so is the next one")
  void givesAgain() {
    List.of(ends(1)).forEach(keys::add);
    keys.tell(OWNER, EPOCH, /* stay= */ true);
    exchange(OWNER, EPOCH, list);
    keys.give();
    Append given = sent().getFirst();
    assertThat(list.append(given, false)).extracting(Applied::number).isEqualTo(2L);
    assertThat(list.isGiven()).isFalse();
    assertThat(list.contains(ends(1))).isTrue();
    keys.giveAnew(NEXT, EPOCH + 1);
    StayingList next = new StayingList(BUCKET, EPOCH + 1, STAYER, itsHeap::addAndGet);
    exchange(NEXT, EPOCH + 1, next);
    assertThat(next.isWhole() && next.isGiven() && next.isEmpty()).isTrue();
    assertThat(keys.contains(ends(1))).as("its packets wait").isTrue();
  }

  @Test
  @DisplayName("PDP-1 PDP-7 the next owner has no list before it can go on")
  void isGivenToNoneThatWaits() {
    List.of(ends(1)).forEach(keys::add);
    keys.tell(OWNER, EPOCH, /* stay= */ true);
    exchange(OWNER, EPOCH, list);
    keys.giveAnew(NEXT, EPOCH + 1);
    StayingList next = new StayingList(BUCKET, EPOCH + 1, STAYER, itsHeap::addAndGet);
    Append given = sent().getFirst();
    assertThat(given.records()).as("what it is, and the word to go on").hasSize(2);
    assertThat(next.append(given, false)).extracting(Applied::number).isEqualTo(0L);
    assertThat(next.isWhole() || next.isEmpty() || next.isGiven()).isFalse();
    assertThat(next.append(given, true)).extracting(Applied::number).isEqualTo(1L);
    assertThat(next.isWhole() && next.isEmpty() && next.isGiven()).isTrue();
  }

  @Test
  @DisplayName("PDP-1 records are taken in order and once, and none after a gap")
  void takesInOrder() {
    List.of(ends(1), ends(2)).forEach(keys::add);
    keys.tell(OWNER, EPOCH, /* stay= */ false);
    Append all = sent().getFirst();
    assertThat(keys.retainSome(ALL, Set.of(ends(2))::contains)).isTrue();
    Append closed = sent().getFirst();
    Applied nothing = new Applied(BUCKET, EPOCH, LogMessage.STAYING_KEYS, 0);
    assertThat(list.append(closed, true)).isEqualTo(nothing);
    assertThat(list.isWhole()).isFalse();
    Applied answer = list.append(all, true);
    assertThat(list.append(closed, true)).isNotEqualTo(answer);
    assertThat(list.append(all, true)).isEqualTo(list.append(closed, true));
    assertThat(list.contains(ends(1))).isFalse();
    assertThat(list.isWhole()).isTrue();
    assertThat(list.isOfAll()).as("the owner has connections of its own").isFalse();
  }

  @Test
  @DisplayName(
      "PDP-1 LD-14 the next owner gets what stays now, and the one before is asked no more")
  void tellsTheNextOwner() {
    List.of(ends(1), ends(2)).forEach(keys::add);
    keys.tell(OWNER, EPOCH, /* stay= */ true);
    exchange(OWNER, EPOCH, list);
    assertThat(keys.retainSome(ALL, Set.of(ends(2))::contains)).isTrue();
    keys.tell(NEXT, EPOCH + 1, /* stay= */ false);
    assertThat(keys.isTold(OWNER, EPOCH)).isFalse();
    List<Append> sent = sent();
    keys.noteApplied(OWNER, EPOCH, 2, 0);
    assertThat(keys.isHeld()).isFalse();
    StayingList next = new StayingList(BUCKET, EPOCH + 1, STAYER, itsHeap::addAndGet);
    Applied answer = Objects.requireNonNull(next.append(sent.getFirst(), true));
    keys.noteApplied(NEXT, EPOCH + 1, answer.number(), 0);
    assertThat(keys.isHeld()).isTrue();
    assertThat(next.contains(ends(1))).isFalse();
    assertThat(next.contains(ends(2))).isTrue();
  }

  @Test
  @DisplayName("PDP-1 an owner that cannot read the list does not answer")
  void answersOnlyWhatItCanRead() {
    Append unreadable =
        new Append(
            BUCKET,
            EPOCH,
            LogMessage.STAYING_KEYS,
            1,
            0,
            List.of(new byte[] {StayingKeys.WHOLE, 1}, new byte[] {99}));
    assertThat(list.append(unreadable, true)).isNull();
  }
}
