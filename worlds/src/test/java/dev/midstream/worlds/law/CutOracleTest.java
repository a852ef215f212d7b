package dev.midstream.worlds.law;

import static dev.midstream.worlds.law.BrokenWorlds.assertBroken;
import static dev.midstream.worlds.law.BrokenWorlds.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.box.FrontBox;
import dev.midstream.testkit.box.TamperingBox;
import dev.midstream.testkit.box.TamperingBox.Tampering;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldText;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** In worlds with a cut wire each check sees a box that breaks it. */
class CutOracleTest {
  private static final long CUT_NANOS = 60_000_000;
  private static final String CUT =
      ".untilNanos=1 path.faults.%1$d.downFromNanos="
          + CUT_NANOS
          + " path.faults.%1$d.downUntilNanos="
          + Long.MAX_VALUE
          + " ";

  private static final String TALK =
      "seed=7 client.bytes=5000 server.bytes=5000 client.parts=3 server.parts=3"
          + " client.pauseNanos=30000000 server.pauseNanos=30000000 ";

  /** Half a line of the client is in custody, and neither end closes. */
  private static final String HALF_LINE =
      "seed=7 client.bytes=1 client.closing=AFTER_PEER server.closing=AFTER_PEER"
          + " agent.unit=LINE agent.limitBytes=3 ";

  private static final String HOLDING =
      TALK + "agent.unit=FRAME agent.limitBytes=200 server.closing=AFTER_PEER ";

  private static final String DEAD_CLIENT = cut(0) + cut(3);
  private static final String DEAD_SERVER = cut(1) + cut(2);

  private static String cut(int place) {
    return "path.faults." + place + CUT.formatted(place);
  }

  @Test
  @DisplayName("H-19 H-42 laws 1 to 8, 10 and 11 hold when an end is cut off")
  void keepsTheLaws() {
    for (String dead : new String[] {DEAD_CLIENT, DEAD_SERVER, cut(0), cut(1), cut(2), cut(3)}) {
      assertThat(Shrinker.broken(WorldText.read(HOLDING + dead))).as(dead).isNull();
    }
  }

  @Test
  @DisplayName("law 3: octets in custody that do not arrive from a dead sender")
  void seesLostCustody() {
    LawBroken broken = run(HALF_LINE + DEAD_CLIENT, (view, frame) -> !view.isRst());
    assertBroken(broken, Law.HONESTY, "acknowledged octets do not arrive");
  }

  @Test
  @DisplayName("law 3: a sender whose octets are lost, and that is not reset")
  void seesForgottenSenders() {
    LawBroken broken = run(HALF_LINE + DEAD_SERVER, (view, frame) -> !view.isRst());
    assertBroken(broken, Law.HONESTY, "the sender of lost octets is not reset");
  }

  @Test
  @DisplayName("law 11: octets in custody for a dead receiver, that are kept for ever")
  void seesEndlessCustody() {
    LawBroken broken = run(WorldText.read(HOLDING + DEAD_SERVER), LateTimers::new);
    assertBroken(broken, Law.PROGRESS, "wait for a dead receiver");
  }

  @Test
  @DisplayName("law 11: one end that is reset without the other one")
  void seesHalfResets() {
    SimulatedWorld world = WorldText.read(HOLDING + DEAD_SERVER);
    int clientPort = world.ends().clientPort();
    Tampering hiding = (view, frame) -> !view.isRst() || view.destinationPort() == clientPort;
    LawBroken broken = run(world, box -> new TamperingBox(box, hiding));
    assertBroken(broken, Law.PROGRESS, "only one end is reset");
  }

  @Test
  @DisplayName("law 11: a connection that is never forgotten")
  void seesEndlessConnections() {
    LawBroken broken = run(WorldText.read(TALK + DEAD_CLIENT), LateTimers::new);
    assertBroken(broken, Law.PROGRESS, "is never forgotten");
  }

  /** A box whose timers end when the wire is cut. */
  private record LateTimers(Box box) implements FrontBox {
    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      return box.onPacket(packet, nowNanos, out);
    }

    @Override
    public long nextDeadlineNanos() {
      long next = box.nextDeadlineNanos();
      return next < CUT_NANOS ? next : Long.MAX_VALUE;
    }
  }
}
