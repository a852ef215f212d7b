package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Backup;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.reassembly.commit.NoCopy;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens to edited transfers if a node cannot read the records that it should keep. */
class UnreadableStoryTest {
  private final EngineStoryTest stories = new EngineStoryTest();

  @Test
  @DisplayName("HDP-17 HSI-5 a backup cannot read the records: another one takes its place")
  void backupCannotRead() {
    ClusterStory story = EngineStoryTest.story(3, 1).whole();
    stories.begin(story);
    story.run(200);
    Machine owner = story.ownerOf(stories.any(story));
    Machine backup = story.heirOf(stories.any(story));
    int bucket = story.bucketOf(stories.any(story));
    story.cluster.carrier.deaf = backup;
    story.awaitWithin(
        1_000,
        () ->
            story.table().bucket(bucket).backups().stream().anyMatch(Backup::unreadable)
                && story.table().bucket(bucket).backups().stream().anyMatch(Backup::complete));
    story.cluster.kill(owner);
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName(
      "HDP-18 HSI-5 with `no-copy: hold` the other one of two nodes could not read a record: all"
          + " goes on once it can")
  void onlyBackupCannotRead() {
    ClusterStory story =
        FailureMatrixTest.story(2, 1, NoCopy.HOLD, ClusterStory.all(Texts.agent())).whole();
    stories.begin(story);
    story.run(200);
    story.cluster.carrier.deaf = story.heirOf(stories.any(story));
    int bucket = story.bucketOf(stories.any(story));
    story.awaitWithin(
        1_000, () -> story.table().bucket(bucket).backups().stream().allMatch(Backup::unreadable));
    story.cluster.carrier.deaf = null;
    story.finishWithin(60_000);
    story.awaitWithin(20_000, story::isWhole);
  }

  @Test
  @DisplayName("HDP-17 LD-14 HSI-5 an heir that could not read the records lets the next one go on")
  void heirCannotRead() {
    ClusterStory story = EngineStoryTest.story(5, 2).whole();
    int bucket = story.bucketOf(Ends.IPV4.withPorts(40_000, 80));
    List<Machine> others =
        story.cluster.machines.stream().filter(each -> each != story.coordinator()).toList();
    Machine heir = others.get(0);
    Machine owner = others.get(1);
    move(story, bucket, heir);
    move(story, bucket, owner);
    stories.begin(story);
    assertThat(story.heirOf(stories.any(story))).isSameAs(heir);
    story.run(100);
    story.cluster.carrier.deaf = heir;
    story.cluster.carrier.nodeLoss =
        (from, to, message) -> from == heir && message instanceof ClusterMessage.BucketReport;
    story.run(400);
    assertThat(story.table().bucket(bucket).backups()).noneMatch(Backup::unreadable);

    Set<NodeId> owners = new LinkedHashSet<>();
    story.cluster.tables = table -> owners.add(table.bucket(bucket).owner());
    story.cluster.carrier.deaf = null;
    story.cluster.kill(owner);
    story.awaitWithin(10_000, () -> owners.contains(heir.id())); // before it can say what it lacks
    story.cluster.carrier.nodeLoss = (from, to, message) -> false;
    story.finishWithin(60_000);
    assertThat(owners).hasSizeGreaterThan(2).startsWith(owner.id(), heir.id());
  }

  @Test
  @DisplayName("HSI-4 HSI-9 a node cannot read the rest of a bucket's log: the giver goes on")
  void takerCannotRead() {
    ClusterStory story = EngineStoryTest.story(3, 1).whole();
    stories.begin(story);
    story.run(200);
    int bucket = story.bucketOf(stories.any(story));
    Machine giver = story.ownerOf(stories.any(story));
    Machine taker = story.heirOf(stories.any(story));
    story.cluster.tables =
        table -> {
          if (giver.id().equals(table.bucket(bucket).from())) {
            story.cluster.carrier.deaf = taker;
          }
        };
    story.cluster.input(taker, new ClusterInput.Move(bucket, taker.id()));
    story.awaitWithin(2_000, () -> story.cluster.carrier.deaf == taker);
    story.awaitWithin(2_000, () -> giver.mayEmit(bucket, story.cluster.now()));
    story.cluster.carrier.deaf = null;
    story.finishWithin(60_000);
  }

  @Test
  @DisplayName(
      "PDP-1 HDP-18 with `no-copy: hold` the owner of a bucket cannot read what stays elsewhere:"
          + " a node gets the bucket that can")
  void ownerCannotReadWhatStays() {
    ClusterStory story =
        FailureMatrixTest.story(4, 1, NoCopy.HOLD, ClusterStory.all(Texts.agent())).whole();
    Machine ignored = stay(story, 10);
    int bucket = story.bucketOf(stories.any(story));
    Machine owner = story.ownerOf(stories.any(story));
    story.cluster.carrier.deaf = owner;
    story.finishWithin(60_000);
    assertThat(owner.mayEmit(bucket, story.cluster.now())).isFalse();
  }

  @Test
  @DisplayName(
      "PDP-1 HDP-18 with `no-copy: hold` the only owner could not read what stays elsewhere: it goes"
          + " on once that can")
  void onlyOwnerCouldNotReadWhatStays() {
    ClusterStory story =
        FailureMatrixTest.story(2, 1, NoCopy.HOLD, ClusterStory.all(Texts.agent())).whole();
    Machine stayer = stay(story, 10);
    story.cluster.carrier.deaf = story.ownerOf(stories.any(story));
    story.run(5_000);
    assertThat(story.transfers).noneMatch(Transfer::isDone);
    story.cluster.carrier.deaf = null;
    story.finishWithin(60_000);
    story.awaitWithin(200_000, () -> stayer.hasLeft);
  }

  @ParameterizedTest
  @CsvSource({"3, 0", "4, 0", "4, 1"}) // the node after it has a replica, or is to get one first
  @DisplayName(
      "PDP-1 HSI-4 the next owner of a bucket cannot read the list of what stays elsewhere: a node"
          + " gets the bucket that can")
  void ownerCannotReadTheList(int machines, int number) {
    ClusterStory story =
        FailureMatrixTest.story(machines, 1, NoCopy.CONTINUE, ClusterStory.all(Texts.agent()))
            .whole();
    Machine stayer = stay(story, 20);
    int bucket = story.bucketOf(stories.any(story));
    Machine before = story.ownerOf(stories.any(story));
    Machine next =
        story.cluster.machines.stream()
            .filter(each -> each != stayer && each != before)
            .toList()
            .get(number);
    story.cluster.carrier.deafToLists = next;
    story.cluster.input(next, new ClusterInput.Move(bucket, next.id()));
    story.awaitWithin(4_000, () -> next.mayEmit(bucket, story.cluster.now()));
    story.awaitWithin(4_000, () -> !next.mayEmit(bucket, story.cluster.now()));
    story.finishWithin(60_000);
  }

  @ParameterizedTest
  @EnumSource(NoCopy.class)
  @DisplayName(
      "PDP-1 PDP-7 HDP-18 no owner can read for a minute what is held, or is to be handed over: it is"
          + " ended, and the node leaves")
  void isEndedAfterAMinute(NoCopy noCopy) {
    ClusterStory story =
        FailureMatrixTest.story(2, 1, noCopy, ClusterStory.all(Texts.agent())).whole();
    Machine stayer = stay(story, 1_000);
    Ends ends = stories.any(story);
    story.cluster.carrier.deaf = story.ownerOf(ends);
    if (noCopy == NoCopy.CONTINUE) {
      story.run(1_000);
      story.cluster.input(stayer, new ClusterInput.Drain(Member.Role.DRAINING));
    }
    story.run(55_000);
    assertThat(stayer.hasLeft).isFalse();
    story.awaitWithin(20_000, () -> stayer.hasLeft);
    assertThat(story.events.of(ends)).contains(Reason.BOX_ENDS);
    story.awaitWithin(1_000, () -> story.transfers.getFirst().isDone());
  }

  @Test
  @DisplayName(
      "PDP-1 PDP-7 the owner cannot read what stays for minutes; then that is to be handed over:"
          + " it has another minute for it")
  void mayReadAfterASecondOrder() {
    ClusterStory story =
        FailureMatrixTest.story(2, 1, NoCopy.CONTINUE, ClusterStory.all(Texts.agent())).whole();
    Machine stayer = stay(story, 2_000);
    Machine owner = story.ownerOf(stories.any(story));
    story.cluster.carrier.deaf = owner;
    story.run(5 * 60_000);
    story.cluster.input(stayer, new ClusterInput.Drain(Member.Role.DRAINING));
    story.run(20_000);
    assertThat(stayer.hasLeft).isFalse();
    story.cluster.carrier.deaf = null;
    story.awaitWithin(30_000, () -> stayer.hasLeft);
    assertThat(story.events.of(stories.any(story))).doesNotContain(Reason.BOX_ENDS);
    assertThat(owner.mayEmit(story.bucketOf(stories.any(story)), story.cluster.now())).isTrue();
  }

  /** A transfer of so many parts, one each 300 ms, stays with the machine that is returned. */
  private static Machine stay(ClusterStory story, int parts) {
    Ends ends = Ends.IPV4.withPorts(40_000, 80);
    story.transfer(
        new Transfer(ends, EndpointOptions.MODERN, paused(parts), paused(parts), Texts::edited));
    story.run(300);
    int bucket = story.bucketOf(ends);
    Machine stayer = story.ownerOf(ends);
    story.cluster.input(stayer, new ClusterInput.Drain(Member.Role.STAYING));
    story.awaitWithin(5_000, () -> stayer.engines(bucket).staying().isAny(bucket));
    story.awaitWithin(5_000, () -> story.table().buckets().stream().noneMatch(isAt(stayer)));
    return stayer;
  }

  private static Application paused(int parts) {
    Application script = new Application();
    for (int part = 0; part < parts; part++) {
      script.write(Texts.drawn(SeededRounds.generator(1), 1_000)).pause(300 * EngineCluster.MILLI);
    }
    return script.close();
  }

  private static Predicate<Bucket> isAt(Machine machine) {
    return each -> machine.id().equals(each.owner()) || machine.id().equals(each.from());
  }

  private void move(ClusterStory story, int bucket, Machine to) {
    story.cluster.input(to, new ClusterInput.Move(bucket, to.id()));
    story.awaitWithin(2_000, () -> story.isWhole() && to.mayEmit(bucket, story.cluster.now()));
  }
}
