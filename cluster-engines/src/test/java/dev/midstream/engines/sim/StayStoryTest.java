package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What happens to connections that stay with a node which hands its buckets over, and to new ones
 * of these buckets.
 */
class StayStoryTest extends StayStories {

  @ParameterizedTest
  @CsvSource({
    "SHARED, 1",
    "REDIRECTED, 1",
    "DISPATCHED, 1",
    "SHARED, 3",
    "REDIRECTED, 2",
    "DISPATCHED, 2"
  })
  @DisplayName("PDP-1 PDP-7 open connections stay with their node, new ones move; then it leaves")
  void connectionsStay(Delivery delivery, int workers) {
    ClusterStory story = story(delivery, 3, workers);
    Machine old = stay(story);
    long stay = staying(story, old);
    int before = story.transfers.size();
    begin(story);
    story.run(500);
    assertThat(staying(story, old)).isBetween(1L, stay);
    assertThat(story.transfers.subList(before, story.transfers.size()))
        .noneMatch(each -> isAt(story, old, each));

    story.finishWithin(60_000);
    story.awaitWithin(200_000, () -> old.hasLeft);
    story.awaitWithin(2_000, story::isWhole);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName(
      "PDP-1 PDP-7 the agent finishes a stream: the node leaves once both ends have closed")
  void finishedByTheAgent(Delivery delivery) {
    agent = Texts.finishing();
    ClusterStory story = story(delivery, 3, 1);
    Application client = new Application().write(Texts.drawn(random, 1_000)).pause(2_000 * MILLI);
    byte[] last = Texts.LAST.getBytes(StandardCharsets.US_ASCII);
    Transfer finished =
        new Transfer(
            Ends.IPV4.withPorts(30_000, 80),
            EndpointOptions.MODERN,
            client.write(last).write(Texts.drawn(random, 1_000)).close(),
            new Application().write(Texts.drawn(random, 1_000)).close(),
            Texts::finished);
    story.transfer(finished);
    story.run(300);
    Machine old = story.ownerOf(finished.ends);
    story.cluster.input(old, new ClusterInput.Drain(Member.Role.STAYING));
    story.awaitWithin(5_000, () -> hasHandedOver(story, old));
    story.run(500);
    assertThat(isAt(story, old, finished)).isTrue();
    story.finishWithin(60_000);
    story.awaitWithin(10_000, () -> old.hasLeft);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 C-55 one that opens between equal addresses in another VLAN does not stay")
  void vlansAreApart(Delivery delivery) {
    ClusterStory story = story(delivery, 3, 1);
    Machine old = stay(story);
    Ends stays =
        story.transfers.stream()
            .filter(each -> isAt(story, old, each))
            .findFirst()
            .orElseThrow()
            .ends;
    int bucket = story.bucketOf(stays);
    Machine owner = owner(story, bucket);
    int before = connections(owner, bucket);
    byte[] syn =
        new FrameBuilder(stays.withVlans(7), Direction.CLIENT_TO_SERVER)
            .flags(TcpFlags.SYN)
            .numbers(0, 0)
            .build();
    long nanos = story.cluster.now();
    Packet packet = Frames.packet(syn, Leg.INSIDE, nanos);
    assertThat(story.cluster.onPacket(packet, nanos, _ -> {})).isEqualTo(Disposition.TAKEN);
    story.run(5);
    assertThat(connections(owner, bucket)).isEqualTo(before + 1);
    story.finishWithin(60_000);
  }

  private static int connections(Machine machine, int bucket) {
    int[] found = new int[1];
    machine
        .engines(bucket)
        .forEachEngine((number, engine) -> found[0] += number == bucket ? engine.connections() : 0);
    return found[0];
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 PDP-7 an older member is to keep its connections, too: they move")
  void anotherNodeDrains(Delivery delivery) {
    ClusterStory story = story(delivery, 4, 1);
    Machine old = stay(story);
    Machine older = story.cluster.machineOf(story.table().memberIds().getFirst());
    assertThat(older).isNotSameAs(old);
    long stay = staying(story, old);
    story.cluster.input(older, new ClusterInput.Drain(Member.Role.STAYING));
    begin(story);
    story.awaitWithin(10_000, () -> older.hasLeft);
    assertThat(staying(story, old)).isBetween(1L, stay);
    story.finishWithin(60_000);
    story.awaitWithin(200_000, () -> old.hasLeft);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 PDP-7 no other node takes a list: all connections move, and the node leaves")
  void othersKnowNoList(Delivery delivery) {
    ClusterStory story = story(delivery, 3, 1);
    begin(story);
    story.run(300);
    Machine old = story.ownerOf(first(story));
    story.cluster.carrier.logLoss =
        (from, to, message) ->
            message instanceof Append append && append.since() == LogMessage.STAYING_KEYS;
    story.cluster.input(old, new ClusterInput.Drain(Member.Role.STAYING));
    story.awaitWithin(10_000, () -> hasHandedOver(story, old));
    assertThat(staying(story, old)).isZero();
    assertThat(story.transfers).anyMatch(each -> !each.isDone());
    story.cluster.carrier.logLoss = (from, to, message) -> false; // they wait for lists, after all
    story.awaitWithin(10_000, () -> old.hasLeft);
    begin(story);
    story.finishWithin(60_000);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 LD-14 the node is killed with which connections stay: their owner goes on")
  void nodeIsKilled(Delivery delivery) {
    ClusterStory story = story(delivery, 3, 1);
    Machine old = stay(story);
    story.run(200);
    story.cluster.kill(old);
    begin(story);
    story.finishWithin(60_000);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 LD-14 the owner is killed: what stays does, and the heir passes it on")
  void ownerIsKilled(Delivery delivery) {
    ClusterStory story = story(delivery, 4, 1);
    Machine old = stay(story);
    long stay = staying(story, old);
    story.run(200);
    story.cluster.kill(owner(story, story.bucketOf(first(story))));
    begin(story);
    story.run(300);
    assertThat(staying(story, old)).isBetween(1L, stay);
    story.finishWithin(60_000);
    story.awaitWithin(200_000, () -> old.hasLeft);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 LD-14 the heir has a replica, too, once it is told: both are killed in turn")
  void bothAreKilled(Delivery delivery) {
    ClusterStory story = story(delivery, 4, 1);
    Machine old = stay(story);
    story.run(100);
    story.cluster.kill(owner(story, story.bucketOf(first(story))));
    story.awaitWithin(5_000, story::isWhole);
    story.run(100);
    story.cluster.kill(old);
    begin(story);
    story.finishWithin(60_000);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 HSI-4 a bucket moves on while connections of it stay with an earlier owner")
  void bucketMovesOn(Delivery delivery) {
    ClusterStory story = story(delivery, 4, 2);
    Machine old = stay(story);
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      Machine to = other(story, old, owner(story, bucket));
      story.cluster.input(to, new ClusterInput.Move(bucket, to.id()));
    }
    begin(story);
    story.run(1_000);
    assertThat(staying(story, old)).isPositive();
    story.cluster.kill(old);
    story.finishWithin(60_000);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 LD-14 the last other node is killed: the one that leaves owns all again")
  void ownsAgain(Delivery delivery) {
    ClusterStory story = story(delivery, 2, 1);
    Machine old = stay(story);
    story.run(100);
    List<Transfer> known = story.transfers.stream().filter(each -> isAt(story, old, each)).toList();
    story.cluster.kill(other(story, old));
    story.run(1_000);
    story.awaitWithin(60_000, () -> known.stream().allMatch(Transfer::isDone));
    known.forEach(Transfer::check);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 ends that have closed may open a connection again: it is the owner's")
  void endsAreUsedAgain(Delivery delivery) {
    ClusterStory story = story(delivery, 3, 1);
    Application idle = new Application().write(Texts.drawn(random, 100)).pause(400_000 * MILLI);
    Transfer lasting =
        new Transfer(
            Ends.IPV4.withPorts(30_000, 80),
            EndpointOptions.MODERN,
            idle.write(Texts.drawn(random, 100)).close(),
            new Application().close(),
            Texts::edited);
    story.transfer(lasting);
    Machine old = stay(story);
    List<Transfer> others = List.copyOf(story.transfers.subList(1, TRANSFERS + 1));
    story.awaitWithin(60_000, () -> others.stream().allMatch(Transfer::isDone));
    story.run(300_000);
    assertThat(isAt(story, old, lasting)).isTrue();
    for (Transfer each : others) {
      story.transfer(
          new Transfer(
              each.ends, EndpointOptions.MODERN, script(false), script(false), Texts::edited));
    }
    story.run(300);
    assertThat(staying(story, old)).isEqualTo(1);
    story.finishWithin(100_000);
    story.awaitWithin(5_000, () -> old.hasLeft);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 LD-6 the node is stopped with which connections stay: others go on with them")
  void nodeIsStopped(Delivery delivery) {
    ClusterStory story = story(delivery, 3, 1);
    Machine old = stay(story);
    story.cluster.stop(old);
    story.run(3_000);
    story.cluster.resume(old);
    begin(story);
    story.finishWithin(60_000);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 PDP-7 a second order hands over what stays, and the node leaves")
  void restIsGiven(Delivery delivery) {
    ClusterStory story = story(delivery, 4, 2);
    Machine old = stay(story);
    story.run(200);
    story.cluster.input(old, new ClusterInput.Drain(Member.Role.DRAINING));
    story.awaitWithin(5_000, () -> old.hasLeft);
    assertThat(story.transfers).anyMatch(each -> !each.isDone());
    begin(story);
    story.awaitWithin(5_000, story::isWhole);
    story.run(200);
    story.cluster.kill(owner(story, story.bucketOf(first(story))));
    story.finishWithin(60_000);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 LD-3 the node is cut off for a moment with which connections stay")
  void nodeIsCutOffShortly(Delivery delivery) {
    ClusterStory story = story(delivery, 3, 1);
    Machine old = stay(story);
    long stay = staying(story, old);
    story.cluster.cut(1 << old.number);
    story.run(200);
    story.cluster.heal();
    begin(story);
    story.run(500);
    assertThat(staying(story, old)).isBetween(1L, stay);
    story.finishWithin(60_000);
    story.awaitWithin(200_000, () -> old.hasLeft);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  @DisplayName("PDP-1 LD-3 LD-14 the node is cut off with which connections stay: others go on")
  void nodeIsCutOff(Delivery delivery) {
    ClusterStory story = story(delivery, 3, 1);
    Machine old = stay(story);
    story.cluster.cut(1 << old.number);
    story.run(3_000);
    assertThat(story.table().isMember(old.id())).isFalse();
    story.cluster.heal();
    begin(story);
    story.finishWithin(60_000);
  }
}
