package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.fastpath.FastPathTerms;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldText;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The engine that goes on in a world is another one. */
class EnginesTest {
  private final SimulatedWorld world = WorldText.read("seed=7 engine.commits.mode=STRICT");
  private final MemoryLog log = new MemoryLog(CommitMode.STRICT);
  private final List<HashSeed> seeds = new ArrayList<>();
  private final Engines engines =
      new Engines((seed, memory) -> {
        seeds.add(seed);
        return world.engine().engine(seed, SimpleAgents.passing(), memory, log, FastPathTerms.OFF);
      });
  private final EngineInputs inputs = new EngineInputs(engines, log);

  private void open() {
    Ends ends = Ends.IPV4;
    FrameBuilder syn = new FrameBuilder(ends, Direction.CLIENT_TO_SERVER);
    byte[] frame = syn.sequence(ends.clientIsn()).flags(TcpFlags.SYN).build();
    inputs.onPacket(Frames.packet(frame, Leg.INSIDE, 0), 0, packet -> {});
  }

  @Test
  @DisplayName("after each death, and after a hand-over, another engine goes on")
  void replacesTheEngine() {
    List<Engine> seen = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      open();
      seen.add(engines.get());
      inputs.die(log.committed(), true, 0);
      inputs.inherit(new Replica(), 0);
    }
    open();
    seen.add(engines.get());
    inputs.dieAlone(0);
    open();
    seen.add(engines.get());
    inputs.handOver(0);
    seen.add(engines.get());
    assertThat(seen).doesNotHaveDuplicates();
    assertThat(seeds).hasSameSizeAs(seen).doesNotHaveDuplicates();
    assertThat(engines.get().connections()).isZero();
  }

  @Test
  @DisplayName("what all engines of a world have counted is added")
  void addsCounts() {
    engines.get().counters().count(Reason.DELAYED);
    inputs.die(0, false, 0);
    assertThat(engines.get().counters().of(Reason.DELAYED)).isZero();
    engines.get().counters().count(Reason.DELAYED);
    assertThat(engines.count(Reason.DELAYED)).isEqualTo(2);
  }

  @Test
  @DisplayName("an engine that has ended and keeps a connection is noticed")
  void noticesKeptConnections() {
    open();
    assertThatThrownBy(engines::replace)
        .isInstanceOf(LawBroken.class)
        .hasMessageContaining("an ended engine");
  }
}
