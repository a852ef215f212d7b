package dev.midstream.worlds.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.plan.EnginePlan.Treatment;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("worlds")
class MonitoredWorldTest {
  private static final int WORLDS = 1_000;

  @ParameterizedTest
  @EnumSource
  @DisplayName("HDP-11 C-62 law 7: monitored packets leave bit for bit, damaged ones too")
  void forwardsEveryPacketUnchanged(Vantage vantage) {
    SeededRounds.run(
        WORLDS,
        random -> {
          RecordedWorld world = new RecordedWorld(random, anyEnding(random));
          Engine engine = world.engine(Treatment.MONITOR, vantage);
          for (RecordedPacket recorded : world.conversation().packets()) {
            passesUnchanged(engine, recorded, recorded.frame().toArray(), 0);
            if (random.nextInt(4) == 0) {
              byte[] damaged = damaged(random, recorded.frame().toArray());
              int missing = random.nextInt(3) == 0 ? random.nextInt(damaged.length) : 0;
              passesUnchanged(engine, recorded, damaged, missing);
            }
          }
          engine.finish(Long.MAX_VALUE / 4, MonitoredWorldTest::refuse);
          assertThat(engine.budget().usedBytes()).isZero();
        });
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("HDP-11 C-62 monitor mode counts the edits that enforce mode makes")
  void countsTheEditsOfEnforceMode(RecordedConversation.Ending ending) {
    SeededRounds.run(
        WORLDS,
        random -> {
          RecordedWorld world = new RecordedWorld(random, ending);
          Engine enforcing = world.engine(Treatment.EDIT, Vantage.RECORDING);
          world.play(enforcing, () -> {});
          Engine monitoring = world.engine(Treatment.MONITOR, Vantage.RECORDING);
          for (RecordedPacket recorded : world.conversation().packets()) {
            passesUnchanged(monitoring, recorded, recorded.frame().toArray(), 0);
          }
          monitoring.finish(Long.MAX_VALUE / 4, MonitoredWorldTest::refuse);
          assertThat(monitoring.counters().edits()).isEqualTo(enforcing.counters().edits());
          assertThat(monitoring.counters().decidedOctets())
              .isEqualTo(enforcing.counters().decidedOctets());
        });
  }

  private static RecordedConversation.Ending anyEnding(RandomGenerator random) {
    return List.of(RecordedConversation.Ending.values()).get(random.nextInt(3));
  }

  private static void passesUnchanged(
      Engine engine, RecordedPacket recorded, byte[] frame, int missing) {
    byte[] before = frame.clone();
    Packet packet =
        new Packet()
            .at(MemorySegment.ofArray(frame), 0, frame.length - missing)
            .missing(missing)
            .from(LinkType.ETHERNET, Ends.legOfSender(recorded.direction()), 0, 0);
    for (long now = recorded.timeNanos(); engine.nextDeadlineNanos() <= now; ) {
      engine.onTimer(now, MonitoredWorldTest::refuse);
    }
    Disposition disposition =
        engine.onPacket(packet, recorded.timeNanos(), MonitoredWorldTest::refuse);
    assertThat(disposition).isEqualTo(Disposition.FORWARD);
    assertThat(frame).isEqualTo(before);
  }

  private static byte[] damaged(RandomGenerator random, byte[] frame) {
    int flips = random.nextInt(1, 4);
    for (int i = 0; i < flips; i++) {
      frame[random.nextInt(12, frame.length)] = (byte) random.nextInt();
    }
    return frame;
  }

  private static void refuse(Packet packet) {
    throw new AssertionError("a monitoring engine sent a packet of its own");
  }
}
