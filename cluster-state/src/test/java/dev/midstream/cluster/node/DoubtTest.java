package dev.midstream.cluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How long a node that may not go on waits for others. */
class DoubtTest {
  private static final long MILLI = 1_000_000;

  /** A promise, and so a turn, in milliseconds. */
  private static final long TURN = 412;

  private static final NodeId SELF = node(1);
  private static final NodeId OTHER = node(2);
  private static final NodeId THIRD = node(3);

  private long now;
  private final NodeContext context =
      new NodeContext(
          new ClusterSettings(
              4,
              1,
              1,
              400 * MILLI,
              2_000 * MILLI,
              ClusterSettings.Reallocation.MOVE,
              ClusterSettings.Lone.PROVE,
              1,
              List.of(SELF.address(), OTHER.address(), THIRD.address()),
              List.of(),
              Member.Role.ACTIVE),
          SELF,
          new Secret(new byte[Secret.BYTES]),
          now);
  private final Doubt doubt = new Doubt(context);

  private static NodeId node(int number) {
    return new NodeId(NodeAddress.ofIpv4(number, 7800), new UUID(1, number));
  }

  /** For how many milliseconds this node waits, if it doubts and these follow it all the time. */
  private long millisUntilItGivesUp(NodeId... following) {
    long begin = now;
    while (!context.isOver() && now - begin < 10_000 * MILLI) {
      doubt.giveUpInTime(Set.of(following));
      now += 10 * MILLI;
      context.begin(now);
    }
    return (now - begin) / MILLI;
  }

  @Test
  @DisplayName("LD-6 one that may not go on, and is alone, gives up at once")
  void waitsForNone() {
    assertThat(millisUntilItGivesUp()).isEqualTo(10);
  }

  @Test
  @DisplayName(
      "LD-6 one that may not go on does not give up before the turn of the other one has begun, which"
          + " follows its own")
  void waitsForTheTurnOfTheOther() {
    assertThat(millisUntilItGivesUp(OTHER)).isBetween(TURN * 3 / 2, TURN * 3 / 2 + 20);
  }

  @Test
  @DisplayName("LD-6 it waits for the turns of two others, too")
  void waitsForTheTurnsOfTwo() {
    assertThat(millisUntilItGivesUp(OTHER, THIRD)).isBetween(TURN * 5 / 2, TURN * 5 / 2 + 20);
  }
}
