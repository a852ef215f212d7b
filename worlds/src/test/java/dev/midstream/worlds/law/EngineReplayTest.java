package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.fastpath.FastPathTerms;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.offload.LentMemory;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldDraw;
import dev.midstream.worlds.plan.WorldText;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A second engine that gets the inputs of the first one is the same in the end. */
class EngineReplayTest {
  private static final int WORLDS = 200;
  private static final int SUPER_BYTES = 20_000;

  private final SimulatedWorld world =
      WorldText.read("seed=7 engine.commits.mode=STRICT client.bytes=40000");
  private final WatchedPair pair = new WatchedPair(world, false, () -> 0);
  private final MemoryLog log = new MemoryLog(CommitMode.STRICT);
  private final Engines engines =
      new Engines((seed, memory) ->
          world.engine().engine(seed, pair.agent(), memory, log, FastPathTerms.OFF));
  private final EngineInputs inputs = new EngineInputs(engines, log);
  private final EngineReplay replay = new EngineReplay(engines, log, pair);

  private static Packet syn(int clientPort) {
    Ends ends = Ends.IPV4.withPorts(clientPort, 80);
    byte[] frame =
        new FrameBuilder(ends, Direction.CLIENT_TO_SERVER)
            .sequence(ends.clientIsn())
            .flags(TcpFlags.SYN)
            .build();
    return Frames.packet(frame, Leg.INSIDE, 0);
  }

  /** A segment comes in memory that the engine may retain, as from a port. */
  private void arrive(Direction from, int flags, int sequence, Octets payload) {
    int acknowledgement = (flags & TcpFlags.ACK) == 0 ? 0 : 1;
    byte[] frame =
        new FrameBuilder(Ends.IPV4, from)
            .numbers(sequence, acknowledgement)
            .flags(flags)
            .window(65_535)
            .payload(payload)
            .build();
    Packet packet = Frames.packet(frame, Ends.legOfSender(from), 0);
    LentMemory memory = new LentMemory(packet.memory());
    inputs.onPacket(packet.owner(memory), 0, out -> {});
    memory.release();
  }

  @Test
  @DisplayName("an input that is not replayed is noticed")
  void noticesAMissingInput() {
    inputs.replayBy(replay);
    inputs.onPacket(syn(40_000), 0, packet -> {});
    replay.look(0);
    engines.get().onPacket(syn(40_001), 0, packet -> {});
    assertThatThrownBy(() -> replay.look(0))
        .isInstanceOf(LawBroken.class)
        .hasMessageContaining("a replay has other");
  }

  @Test
  @DisplayName("an input at another time is noticed")
  void noticesAnotherTime() {
    engines.get().onPacket(syn(40_000), 0, packet -> {});
    replay.add(by -> by.engine().onPacket(syn(40_000), 1, packet -> {}));
    assertThatThrownBy(() -> replay.look(0))
        .isInstanceOf(LawBroken.class)
        .hasMessageContaining("deadline");
  }

  @Test
  @DisplayName("octets that the first engine keeps where they arrived are kept so again")
  void keepsPacketMemoryAsTheFirstOne() {
    inputs.replayBy(replay);
    arrive(Direction.CLIENT_TO_SERVER, TcpFlags.SYN, 0, Octets.empty());
    arrive(Direction.SERVER_TO_CLIENT, TcpFlags.SYN | TcpFlags.ACK, 0, Octets.empty());
    arrive(Direction.CLIENT_TO_SERVER, TcpFlags.ACK, 1, Octets.empty());
    byte[] octets = Arrays.copyOf(world.stream(Direction.CLIENT_TO_SERVER), SUPER_BYTES);
    arrive(Direction.CLIENT_TO_SERVER, TcpFlags.ACK, 1, Octets.of(octets));
    assertThat(engines.get().budget().usedBytes()).isGreaterThanOrEqualTo(SUPER_BYTES);
    replay.look(0);
    assertThat(replay.engine().budget().usedBytes()).isEqualTo(engines.get().budget().usedBytes());
  }

  @Test
  @Tag("worlds")
  @DisplayName("HDP-17 law 9: replayed inputs give the essential state, in worlds with records")
  void replaysWorlds() {
    int[] replayed = new int[1];
    SeededRounds.run(
        WORLDS,
        random -> {
          SimulatedWorld drawn = WorldDraw.committing(random.nextLong());
          replayed[0] += drawn.engine().commits().mode().writesRecords() ? 1 : 0;
          LawBroken broken = Shrinker.broken(drawn);
          if (broken != null) {
            throw new AssertionError(broken.getMessage() + "\n" + drawn, broken);
          }
        });
    assertThat(SeededRounds.isReplay() || replayed[0] > WORLDS / 2).isTrue();
  }
}
