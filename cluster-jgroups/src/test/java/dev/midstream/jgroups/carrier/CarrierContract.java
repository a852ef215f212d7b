package dev.midstream.jgroups.carrier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.bucket.Term;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.message.LogMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds of every carrier. */
@Timeout(120)
public abstract class CarrierContract {
  private static final int MANY = 2_000;

  private final List<Carrier> opened = new ArrayList<>();
  private final Recorder one = new Recorder();
  private final Recorder two = new Recorder();
  private final Recorder three = new Recorder();

  /** The address of the node {@code number}, 1 to 4. */
  protected abstract NodeAddress address(int number);

  /** A carrier for a new life of the node {@code number}, which is not open. */
  protected abstract Carrier carrier(int number);

  /** A new life of the node {@code number}. */
  protected final NodeId life(int number) {
    return new NodeId(address(number), UUID.randomUUID());
  }

  /** Opens a carrier; it is closed after the test. */
  protected final Carrier open(Carrier carrier, Recorder recorder) {
    opened.add(carrier);
    try {
      carrier.open(recorder);
    } catch (CarrierException e) {
      throw new AssertionError(e);
    }
    return carrier;
  }

  @AfterEach
  final void closeAll() {
    opened.forEach(Carrier::close);
  }

  private static void awaitView(Recorder recorder, Carrier... members) {
    List<NodeId> expected = List.of(members).stream().map(Carrier::self).toList();
    recorder.await("a view of " + expected, heard -> heard.view().equals(expected));
  }

  static void awaitMembers(Recorder recorder, Carrier... members) {
    List<NodeId> expected = List.of(members).stream().map(Carrier::self).toList();
    recorder.await(
        "a view with " + expected,
        heard -> new HashSet<>(heard.view()).equals(new HashSet<>(expected)));
  }

  @Test
  @DisplayName("LD-1 nodes see each other, in the same order, and know their names")
  void showsTheOthers() {
    Carrier first = open(carrier(1), one);
    awaitView(one, first);
    Carrier second = open(carrier(2), two);
    Carrier third = open(carrier(3), three);

    awaitMembers(one, first, second, third);
    awaitMembers(two, first, second, third);
    awaitMembers(three, first, second, third);
    assertThat(two.view()).isEqualTo(one.view());
    assertThat(three.view()).isEqualTo(one.view());
    assertThat(first.nameAt(address(2))).isEqualTo("n2");
    assertThat(third.nameAt(address(1))).isEqualTo("n1");
    assertThat(second.nameAt(address(4))).isNull();
  }

  @Test
  @DisplayName("HDP-17 messages of nodes arrive once, in their order, with their sender")
  void keepsTheOrder() {
    Carrier first = open(carrier(1), one);
    Carrier second = open(carrier(2), two);
    awaitMembers(one, first, second);
    awaitMembers(two, first, second);

    List<ClusterMessage> messages =
        IntStream.range(0, MANY)
            .<ClusterMessage>mapToObj(
                each -> new ClusterMessage.MoveOrder(each % 256, second.self()))
            .toList();
    messages.forEach(each -> first.send(second.self(), each));

    two.await("all messages", heard -> heard.messages().size() >= MANY);
    assertThat(two.messages()).isEqualTo(messages);
    assertThat(two.senders()).containsOnly(first.self());
    assertThat(first.counts().dropped() + second.counts().unreadable()).isZero();
    assertThat(one.messages()).isEmpty();
  }

  @Test
  @DisplayName("HSI-4 messages of nodes that are repeated arrive, in any order")
  void carriesRepeatedMessages() {
    Carrier first = open(carrier(1), one);
    Carrier second = open(carrier(2), two);
    awaitMembers(one, first, second);
    awaitMembers(two, first, second);
    List<ClusterMessage> messages =
        List.of(
            new ClusterMessage.Stopped(3, 9),
            new ClusterMessage.Receiving(3, 9),
            new ClusterMessage.Last(3, 9));
    assertThat(messages).allMatch(ClusterMessage::isRepeated);
    messages.forEach(each -> first.send(second.self(), each));

    two.await("all messages", heard -> heard.messages().size() >= messages.size());
    assertThat(two.messages()).containsExactlyInAnyOrderElementsOf(messages);
    assertThat(two.senders()).containsOnly(first.self());
  }

  @Test
  @DisplayName("HDP-17 messages about logs arrive")
  void carriesLogs() {
    Carrier first = open(carrier(1), one);
    Carrier second = open(carrier(2), two);
    awaitMembers(one, first, second);
    awaitMembers(two, first, second);
    byte[] record = new byte[60_000];
    record[59_999] = 7;

    for (int each = 1; each <= 100; each++) {
      second.send(first.self(), new LogMessage.Append(3, 9, 9, each, 0, List.of(record)));
    }

    one.await("all records", heard -> heard.logs().size() >= 100);
    assertThat(one.logs()).hasSize(100);
    assertThat(one.logs().stream().map(each -> ((LogMessage.Append) each).first()))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(1, 100).mapToObj(Long::valueOf).toList());
    assertThat(((LogMessage.Append) one.logs().getFirst()).records().getFirst()).isEqualTo(record);
    assertThat(one.senders()).containsOnly(second.self());
  }

  @Test
  @DisplayName("HSI-2 the largest table arrives")
  void carriesTheLargestTable() {
    Carrier first = open(carrier(1), one);
    Carrier second = open(carrier(2), two);
    awaitMembers(one, first, second);
    awaitMembers(two, first, second);
    AllocationTable table =
        AllocationTable.first(
            new Version(new Term(1, first.self()), 1),
            first.self(),
            new Secret(new byte[Secret.BYTES]),
            Member.Role.ACTIVE,
            AllocationTable.MAX_BUCKETS);

    first.send(second.self(), new ClusterMessage.Install(table));

    two.await("the table", heard -> !heard.messages().isEmpty());
    assertThat(two.messages()).containsExactly(new ClusterMessage.Install(table));
  }

  @Test
  @DisplayName("HDP-17 a message to a node that is not there is dropped and counted")
  void dropsWhatNobodyGets() {
    Carrier first = open(carrier(1), one);
    awaitMembers(one, first);

    first.send(life(2), new ClusterMessage.JoinPending());
    first.send(life(2), new LogMessage.BaseWanted(1, 1, 1));

    assertThat(first.counts()).isEqualTo(new CarrierCounts(0, 0, 2, 0));
  }

  @Test
  @DisplayName("LD-4 a node that leaves is not in the view any more")
  void showsWhoLeaves() {
    Carrier first = open(carrier(1), one);
    Carrier second = open(carrier(2), two);
    awaitMembers(one, first, second);

    second.close();

    awaitMembers(one, first);
    int calls = two.calls();
    first.send(second.self(), new ClusterMessage.JoinPending());
    assertThat(two.calls()).isEqualTo(calls);
    assertThat(first.counts().dropped()).isEqualTo(1);
  }

  @Test
  @DisplayName("LD-4 a process that is gone is proved dead, one that lives is not")
  void provesDeath() {
    Carrier first = open(carrier(1), one);
    Carrier second = open(carrier(2), new Recorder());
    Carrier third = open(carrier(3), new Recorder());
    awaitMembers(one, first, second, third);

    third.close();
    awaitMembers(one, first, second);
    first.verify(second.self());
    first.verify(third.self());

    one.await("a proof", heard -> heard.dead().contains(third.self()));
    assertThat(one.dead()).doesNotContain(second.self());
  }

  @Test
  @DisplayName("LD-4 a life is proved dead by the next one of its node")
  void provesDeathByTheNextLife() {
    Carrier first = open(carrier(1), one);
    Carrier second = open(carrier(2), new Recorder());
    awaitMembers(one, first, second);

    second.close();
    Carrier next = open(carrier(2), new Recorder());
    awaitMembers(one, first, next);
    first.verify(second.self());
    first.verify(next.self());

    one.await("a proof", heard -> heard.dead().contains(second.self()));
    assertThat(one.dead()).doesNotContain(next.self());
  }

  @Test
  @DisplayName("LD-2 a probe finds that no process listens")
  void findsAbsence() {
    Carrier first = open(carrier(1), one);
    Carrier second = open(carrier(2), new Recorder());
    awaitMembers(one, first, second);

    first.probe(second.self().address(), 4);
    first.probe(address(4), 5);

    one.await("both answers", heard -> !heard.absent().isEmpty() && !heard.answered().isEmpty());
    assertThat(one.absent()).containsExactly(5L);
    assertThat(one.answered()).containsOnly(address(2));
  }

  @Test
  @DisplayName("LD-6 a process that is verified answers, again and again, and one that is gone not")
  void hearsAnswers() {
    Carrier first = open(carrier(1), one);
    Carrier second = open(carrier(2), new Recorder());
    Carrier third = open(carrier(3), new Recorder());
    awaitMembers(one, first, second, third);
    third.close();
    awaitMembers(one, first, second);

    first.verify(third.self());
    first.verify(second.self());
    one.await("an answer", heard -> heard.answered().contains(address(2)));
    int answers = one.answered().size();
    first.verify(second.self());
    one.await("another answer", heard -> heard.answered().size() > answers);
    assertThat(one.answered()).containsOnly(address(2));
  }

  @Test
  @DisplayName("LD-6 a listener that asks again while it hears an answer is answered again")
  void answersAListenerThatAsksAgain() {
    Carrier first = open(carrier(1), one);
    Carrier second = open(carrier(2), new Recorder());
    awaitMembers(one, first, second);

    one.atNextAnswer(() -> first.verify(second.self()));
    int answers = one.answered().size();
    first.verify(second.self());

    one.await("both answers", heard -> heard.answered().size() >= answers + 2);
  }

  @Test
  @DisplayName("LD-1 a second process at one address is told that the port is in use")
  void refusesAPortInUse() {
    Carrier first = open(carrier(1), new Recorder());
    Carrier other = carrier(1);

    assertThatThrownBy(() -> other.open(new Recorder()))
        .isInstanceOfSatisfying(
            CarrierException.class,
            e -> {
              assertThat(e.refusal().reason()).isEqualTo(Refusal.Reason.PORT_IN_USE);
              assertThat(e)
                  .hasMessage(
                      "the port is in use, address="
                          + first.self().address()
                          + "; end the process that has it, or give this node another port");
            });
    other.close();
  }
}
