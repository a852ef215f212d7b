package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.log.ConnectionEnds;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.reassembly.stream.CommitMode;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that are expected at other nodes, some of which die. */
class ExpectationStoryTest extends ExpectationStories {

  /** The first message of each announcement is lost. */
  @ParameterizedTest
  @CsvSource({
    "STRICT, 1, 1", "BEFORE_ACK, 1, 1", "ON_CHANGE, 1, 1", "INTERVAL, 1, 1", "STRICT, 3, 1",
    "STRICT, 1, 0", "BEFORE_ACK, 1, 0", "ON_CHANGE, 1, 0", "INTERVAL, 1, 0", "STRICT, 3, 0"
  })
  @DisplayName(
      "HSI-6 a connection that comes to another node as its announcement leaves is expected, also"
          + " if no records are kept")
  void isExpectedAtOnce(CommitMode mode, int workers, int copies) {
    ClusterStory story = story(3, copies, mode);
    story.cluster.machines.forEach(each -> each.workers = workers);
    story.whole();
    openAtOnce(story);
    Set<Long> lost = new HashSet<>();
    story.cluster.carrier.logLoss =
        (from, to, message) ->
            message instanceof LogMessage.Append append
                && append.since() == LogMessage.ANNOUNCEMENTS
                && lost.add(append.first() * 10 + to.number);
    control(story, ports(story, 9));
    story.awaitWithin(5_000, () -> opened.size() == 9);
    assertThat(opened.stream().map(port -> story.ownerOf(data(port))).distinct()).hasSize(3);
    story.finishWithin(20_000);
  }

  /** Four at once are as many as one connection may expect. */
  @Test
  @DisplayName("HSI-6 announcements that are lost are repeated, and the reply waits for them")
  void repeatsLostAnnouncements() {
    ClusterStory story = story(3, 1, CommitMode.STRICT).whole();
    openAtOnce(story);
    story.cluster.carrier.logLoss =
        (from, to, message) ->
            (message instanceof LogMessage.Append || message instanceof LogMessage.Applied)
                && random.nextInt(3) == 0;
    control(story, ports(story, 4));
    story.awaitWithin(5_000, () -> opened.size() == 4);
    story.cluster.carrier.logLoss = (from, to, message) -> false;
    story.finishWithin(20_000);
  }

  @Test
  @DisplayName("HSI-6 a reply waits for a member that does not answer until the table drops it")
  void waitsForAMember() {
    ClusterStory story = story(4, 1, CommitMode.STRICT).whole();
    openAtOnce(story);
    Machine owner = story.ownerOf(CONTROL);
    Machine silent = other(story, owner, story.heirOf(CONTROL));
    control(story, ports(story, 2));
    story.run(50);
    story.cluster.stop(silent);
    story.run(200);
    assertThat(opened).isEmpty();
    story.awaitWithin(5_000, () -> opened.size() == 2);
    story.finishWithin(20_000);
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitMode.class,
      names = {"STRICT", "BEFORE_ACK", "ON_CHANGE", "INTERVAL"})
  @DisplayName(
      "HSI-6 LD-14 if the only backup dies, a reply waits for the owner-to-be all the same")
  void waitsWithoutABackup(CommitMode mode) {
    ClusterStory story = story(3, 1, mode).whole();
    openAtOnce(story);
    Machine heir = story.heirOf(CONTROL);
    Machine deaf = other(story, story.ownerOf(CONTROL), heir);
    control(story, portAt(story, deaf, 2_000));
    story.cluster.carrier.logLoss =
        (from, to, message) -> to == deaf && message instanceof LogMessage.Append;
    story.run(95);
    story.cluster.kill(heir);
    story.run(300);
    assertThat(opened).isEmpty();
    story.cluster.carrier.logLoss = (from, to, message) -> false;
    story.awaitWithin(5_000, () -> opened.size() == 1);
    story.finishWithin(20_000);
  }

  @Test
  @DisplayName("HSI-6 LD-14 the node that announces is killed: its heir expects, and tells all")
  void heirAnnouncesAgain() {
    ClusterStory story = story(4, 2, CommitMode.STRICT).whole();
    Machine owner = story.ownerOf(CONTROL);
    int port = portAt(story, other(story, owner, story.heirOf(CONTROL)), 2_000);
    control(story, port);
    story.run(200);
    story.cluster.kill(owner);
    story.awaitWithin(20_000, story::isWhole);
    open(story, port);
    story.finishWithin(20_000);
  }

  @Test
  @DisplayName("HSI-6 LD-14 the owner-to-be is killed: the node that opens its bucket expects")
  void nextOwnerExpects() {
    ClusterStory story = story(4, 1, CommitMode.STRICT).whole();
    Machine owner = story.ownerOf(CONTROL);
    Machine first = other(story, owner);
    int port = portAt(story, first, 2_000);
    control(story, port);
    story.run(200);
    story.cluster.kill(first);
    story.awaitWithin(20_000, story::isWhole);
    assertThat(story.ownerOf(data(port))).isNotEqualTo(first);
    open(story, port);
    story.finishWithin(20_000);
  }

  @Test
  @DisplayName("HSI-6 HSI-4 the bucket of an expected connection moves, and it is expected there")
  void isExpectedAfterAMove() {
    ClusterStory story = story(3, 1, CommitMode.STRICT).whole();
    Machine owner = story.ownerOf(CONTROL);
    int port = portAt(story, owner, 2_000);
    control(story, port);
    story.run(200);
    Machine to = other(story, owner);
    int bucket = story.bucketOf(data(port));
    story.cluster.machines.forEach(
        each -> story.cluster.input(each, new ClusterInput.Move(bucket, to.id())));
    story.awaitWithin(20_000, () -> to.mayEmit(bucket, story.cluster.now()));
    open(story, port);
    story.finishWithin(20_000);
  }

  @Test
  @DisplayName("HSI-6 PDP-6 a node that joins later is told what is expected")
  void tellsANewMember() {
    ClusterStory story = story(3, 1, CommitMode.STRICT).whole(2);
    control(story, 2_000);
    story.run(200);
    Machine joined = story.machine(2);
    story.cluster.start(joined);
    int bucket = story.bucketOf(data(2_000));
    story.awaitWithin(
        20_000,
        () -> {
          story.cluster.machines.forEach(
              each -> story.cluster.input(each, new ClusterInput.Move(bucket, joined.id())));
          return joined.mayEmit(bucket, story.cluster.now());
        });
    open(story, 2_000);
    story.finishWithin(20_000);
  }

  /** The owner of the control connection hands its buckets over, and this one stays. */
  private static Machine stay(ClusterStory story) {
    Machine owner = story.ownerOf(CONTROL);
    int bucket = story.bucketOf(CONTROL);
    story.cluster.input(owner, new ClusterInput.Drain(Member.Role.STAYING));
    story.awaitWithin(
        5_000, () -> story.table().buckets().stream().noneMatch(each -> names(owner, each)));
    ConnectionEnds ends = ClusterStory.endsOf(CONTROL);
    assertThat(owner.engines(bucket).staying().isHere(bucket, ends)).isTrue();
    return owner;
  }

  private static boolean names(Machine machine, Bucket bucket) {
    return machine.id().equals(bucket.owner()) || machine.id().equals(bucket.from());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  @DisplayName("HSI-6 PDP-1 a connection that stays expects others, which open at other nodes")
  void expectsWhereItStays(int workers) {
    ClusterStory story = story(3, 1, CommitMode.STRICT);
    story.cluster.machines.forEach(each -> each.workers = workers);
    story.whole();
    openAtOnce(story);
    control(story, ports(story, 9));
    story.run(50);
    Machine owner = stay(story);
    int before = opened.size();
    story.awaitWithin(5_000, () -> opened.size() == 9);
    assertThat(before).isLessThan(9);
    assertThat(opened).noneMatch(port -> story.ownerOf(data(port)) == owner);
    story.finishWithin(20_000);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("HSI-6 PDP-1 LD-14 the owner goes on with a connection that stayed, and expects")
  void expectsWhenItGoesOn(boolean isKilled) {
    ClusterStory story = story(4, 1, CommitMode.STRICT).whole();
    control(story, 2_000);
    story.run(50);
    Machine old = stay(story);
    story.run(200);
    if (isKilled) {
      story.cluster.kill(old);
    } else {
      story.cluster.input(old, new ClusterInput.Drain(Member.Role.DRAINING));
      story.awaitWithin(5_000, () -> old.hasLeft);
    }
    story.awaitWithin(20_000, story::isWhole);
    open(story, 2_000);
    story.finishWithin(20_000);
  }
}
