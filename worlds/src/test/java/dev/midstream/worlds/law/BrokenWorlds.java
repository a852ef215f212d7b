package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.box.TamperingBox;
import dev.midstream.testkit.box.TamperingBox.Tampering;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.packet.Box;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldText;
import java.util.function.UnaryOperator;

/** Runs worlds with a box that must break a law. */
final class BrokenWorlds {
  private BrokenWorlds() {}

  /** The law that is broken in the world with this text, whose box {@code tampering} changes. */
  static LawBroken run(String world, Tampering tampering) {
    return run(WorldText.read(world), box -> new TamperingBox(box, tampering));
  }

  /** The law that is broken in {@code world} with the box wrapped by {@code around}. */
  static LawBroken run(
      SimulatedWorld world, UnaryOperator<Box> around, PacketObserver... observers) {
    WorldRun run = new WorldRun(world, around);
    for (PacketObserver each : observers) {
      run.observe(each);
    }
    try {
      run.run();
    } catch (LawBroken e) {
      return e;
    }
    throw new AssertionError("no law is broken: " + world);
  }

  static void assertBroken(LawBroken broken, Law law, String what) {
    assertThat(broken.law()).as(broken.getMessage()).isEqualTo(law);
    assertThat(broken).hasMessageContaining(what);
  }
}
