package dev.midstream.worlds.hostile;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.StateCodec;
import dev.midstream.worlds.law.Law;
import dev.midstream.worlds.law.LawBroken;
import dev.midstream.worlds.plan.AgentPlan;
import dev.midstream.worlds.plan.UnitEditor;
import dev.midstream.worlds.plan.WholeStream;
import java.io.ByteArrayOutputStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The agent of one connection that does not know what its ends wrote. It keeps the octets that it
 * is shown: those that the engine took for genuine. They must stay the same, and be decided once.
 */
final class ShownAgent implements Agent<String> {
  private final UnitEditor editor;
  private final Map<Direction, Shown> all = new EnumMap<>(Direction.class);
  private @Nullable LawBroken broken;

  /** What was shown of one direction. */
  private static final class Shown {
    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private long start;
  }

  ShownAgent(AgentPlan plan) {
    editor = new UnitEditor(plan);
    for (Direction each : Direction.values()) {
      all.put(each, new Shown());
    }
  }

  @Override
  public String newConnection() {
    return "";
  }

  @Override
  public String onOctets(String state, Direction direction, OctetView view, Decisions out) {
    Shown shown = of(direction);
    byte[] before = shown.octets.toByteArray();
    boolean follows = view.start() >= shown.start && view.start() <= before.length;
    for (int i = 0; follows && i < view.length(); i++) {
      int at = (int) view.start() + i;
      if (at >= before.length) {
        shown.octets.write(view.at(i));
      } else {
        follows = before[at] == view.at(i);
      }
    }
    if (!follows && broken == null) {
      String what = "shown differently: direction=" + direction + " start=" + view.start();
      broken = new LawBroken(Law.ONCE, what + " shownBefore=" + before.length);
    }
    shown.start = view.start();
    editor.decide(direction, view, out);
    return state;
  }

  /** The octets that were shown of {@code direction}. */
  byte[] shown(Direction direction) {
    return of(direction).octets.toByteArray();
  }

  /** Checks that they stayed the same, and that none was decided twice. */
  void check() {
    if (broken != null) {
      throw broken;
    }
  }

  /** What the receiver of {@code direction} may get: the shown octets, edited. */
  byte[] edited(Direction direction) {
    return WholeStream.of(editor, shown(direction)).edited();
  }

  private Shown of(Direction direction) {
    return Objects.requireNonNull(all.get(direction));
  }

  @Override
  public StateCodec<String> codec() {
    return StateCodec.stateless("");
  }
}
