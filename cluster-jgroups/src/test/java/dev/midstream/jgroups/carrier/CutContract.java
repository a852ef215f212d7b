package dev.midstream.jgroups.carrier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterMessage;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What holds of every carrier when its network is cut, too. */
public abstract class CutContract extends CarrierContract {
  /** Longer than a detection time of the carriers. */
  private static final Duration QUIET = Duration.ofMillis(600);

  private static final int MOST_RETURNS = 5;

  private final Recorder one = new Recorder();
  private final Recorder two = new Recorder();
  private final Recorder three = new Recorder();

  /**
   * Cuts the node {@code number} off from the others, all of which are open: no message passes, and
   * no process ends.
   */
  protected abstract void cut(int number);

  /** Joins all nodes again. */
  protected abstract void heal();

  /** Joins all nodes again; what tells the node {@code late} of that is lost once. */
  protected abstract void heal(int late);

  @Test
  @DisplayName(
      "each part of a cut has a view, no node is proved dead, and all see each other again")
  void meetsAgain() {
    Carrier first = open(carrier(1), one);
    Carrier second = open(carrier(2), two);
    Carrier third = open(carrier(3), three);
    List.of(one, two, three).forEach(each -> awaitMembers(each, first, second, third));

    cut(3);
    awaitMembers(one, first, second);
    awaitMembers(two, first, second);
    awaitMembers(three, third);
    first.verify(third.self());
    third.verify(first.self());
    first.send(third.self(), new ClusterMessage.MoveOrder(1, first.self()));
    heal();
    awaitTogether(first, second, third);

    assertThat(two.view()).isEqualTo(one.view());
    assertThat(three.view()).isEqualTo(one.view());
    assertThat(one.dead()).isEmpty();
    assertThat(three.dead()).isEmpty();
    ClusterMessage after = new ClusterMessage.MoveOrder(2, first.self());
    first.send(third.self(), after);
    three.await("a message", heard -> !heard.messages().isEmpty());
    assertThat(three.messages()).containsExactly(after);
  }

  /** On a busy machine a node that is not run may be missed by another one, and come back. */
  private void awaitTogether(Carrier... members) {
    for (int i = 0; i < MOST_RETURNS && !(i > 0 && areViewsEqual()); i++) {
      List.of(one, two, three).forEach(each -> awaitMembers(each, members));
    }
  }

  private boolean areViewsEqual() {
    return two.view().equals(one.view()) && three.view().equals(one.view());
  }

  /** Two nodes. */
  private record Pair(Carrier first, Carrier second) {}

  /** Opens two nodes, and waits until they see each other. */
  private Pair openPair() {
    Pair pair = new Pair(open(carrier(1), one), open(carrier(2), two));
    List.of(one, two).forEach(each -> awaitMembers(each, pair.first(), pair.second()));
    return pair;
  }

  /** Cuts them from each other, and waits until each is alone. */
  private void cutOff(Pair pair) {
    cut(2);
    awaitMembers(one, pair.first());
    awaitMembers(two, pair.second());
  }

  @Test
  @DisplayName("LD-3 one that hears late that parts of a cut have met is not removed meanwhile")
  void keepsOneThatMeetsLate() {
    Pair pair = openPair();
    cutOff(pair);

    heal(2);
    one.await("both", heard -> heard.view().size() == 2);
    int met = one.views().size();
    awaitMembers(two, pair.first(), pair.second());
    assertThat(two.comes(QUIET, heard -> heard.view().size() < 2)).isFalse();
    assertThat(one.views().subList(met - 1, one.views().size()))
        .as("the views since it has met the other one")
        .allMatch(each -> each.size() == 2);
    NodeId second = pair.second().self();
    pair.first().send(second, new ClusterMessage.MoveOrder(1, second));
    two.await("what is sent after it", heard -> !heard.messages().isEmpty());

    cutOff(pair);
  }

  @Test
  @DisplayName("LD-4 one that is cut off again as soon as it was met leaves the view again")
  void missesOneThatIsGoneAfterItMet() {
    Pair pair = openPair();
    cutOff(pair);

    heal(2);
    one.await("both", heard -> heard.view().size() == 2);
    cut(2);
    awaitMembers(one, pair.first());
  }

  @Test
  @DisplayName("at a cut the last messages may be lost: none comes twice, or after a later one")
  void losesTheLastMessages() {
    Pair pair = openPair();
    Carrier first = pair.first();
    Carrier second = pair.second();

    send(first, second, 0, 60);
    two.await("the first messages", heard -> heard.messages().size() == 60);
    send(first, second, 60, 120);
    cut(2);
    send(first, second, 120, 180);
    awaitMembers(one, first);
    awaitMembers(two, second);
    send(first, second, 180, 200);
    heal();
    List.of(one, two).forEach(each -> awaitMembers(each, first, second));
    send(first, second, 200, 250);

    two.await("the last one", heard -> numbers(heard).contains(249));
    List<Integer> arrived = numbers(two);
    assertThat(arrived)
        .doesNotHaveDuplicates()
        .isSorted()
        .containsAll(range(0, 60))
        .containsAll(range(200, 250))
        .doesNotContainAnyElementsOf(range(180, 200));
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private static void send(Carrier from, Carrier to, int first, int end) {
    range(first, end)
        .forEach(each -> from.send(to.self(), new ClusterMessage.MoveOrder(each, to.self())));
  }

  private static List<Integer> numbers(Recorder heard) {
    return heard.messages().stream()
        .map(each -> ((ClusterMessage.MoveOrder) each).bucket())
        .toList();
  }
}
