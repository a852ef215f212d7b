package dev.midstream.worlds.hostile;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;
import dev.midstream.worlds.law.Law;
import dev.midstream.worlds.law.LawBroken;
import dev.midstream.worlds.plan.AgentPlan;
import dev.midstream.worlds.plan.UnitEditor;
import dev.midstream.worlds.plan.WholeStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The agent of one connection that does not know what its ends wrote. It keeps the octets that it
 * is shown: those that the engine took for genuine. They must stay the same, and be decided once.
 * What an engine that died knew alone may be shown again, and differ then. The state says which end
 * is the client of the engine.
 */
final class ShownAgent implements Agent<String> {
  private static final String USUAL = "";
  private static final String REVERSED = "reversed";

  private final AgentPlan plan;
  private final Endpoint server;
  private final UnitEditor editor;
  private final Map<Direction, Shown> all = new EnumMap<>(Direction.class);
  private @Nullable LawBroken broken;

  /** What was shown of one direction. */
  private static final class Shown {
    private byte[] octets = {};
    private int length;
    private long start;
    private long end = Long.MAX_VALUE;

    /** The end of the octets that were lost once, which are kept behind the others. */
    private int lostLength;

    /** The end of the octets when some were shown last. */
    private int lastLength;

    private long lostEnd = Long.MAX_VALUE;
    private boolean differs;

    boolean show(OctetView view) {
      boolean follows = view.start() >= start && view.start() <= length;
      for (int i = 0; follows && i < view.length(); i++) {
        int at = (int) view.start() + i;
        follows = at >= length || octets[at] == view.at(i);
        if (at >= length) {
          append(view.at(i));
        }
      }
      start = view.start();
      lastLength = length;
      end = view.endOfStream() ? view.start() + view.length() : end;
      differs |= length > lostEnd || (end < Long.MAX_VALUE && end < lostLength);
      differs |= lostEnd < Long.MAX_VALUE && end < Long.MAX_VALUE && end != lostEnd;
      return follows;
    }

    private void append(byte octet) {
      if (length == octets.length) {
        octets = Arrays.copyOf(octets, Math.max(64, 2 * length));
      }
      differs |= length < lostLength && octets[length] != octet;
      octets[length++] = octet;
    }

    void loseFrom(long heldEnd, long decided) {
      lostLength = Math.max(lostLength, length);
      if (heldEnd < length || end < Long.MAX_VALUE) {
        lostEnd = Math.min(lostEnd, end);
        end = Long.MAX_VALUE;
      }
      length = (int) Math.min(length, heldEnd);
      start = Math.min(start, decided);
    }
  }

  /** The agent of {@code plan}, of a connection with the server {@code server}. */
  ShownAgent(AgentPlan plan, Endpoint server) {
    this.plan = plan;
    this.server = server;
    editor = new UnitEditor(plan);
    for (Direction each : Direction.values()) {
      all.put(each, new Shown());
    }
  }

  @Override
  public String newConnection() {
    return USUAL;
  }

  @Override
  public String newConnection(Opening opening) {
    return opening.client().equals(server) ? REVERSED : USUAL;
  }

  @Override
  public String onOctets(String state, Direction told, OctetView view, Decisions out) {
    Direction direction = state.equals(REVERSED) ? told.opposite() : told;
    Shown shown = of(direction);
    int before = shown.length;
    if (!shown.show(view) && broken == null) {
      String what = "shown differently: direction=" + direction + " start=" + view.start();
      broken = new LawBroken(Law.ONCE, what + " shownBefore=" + before);
    }
    editor.decide(told, view, out);
    return state;
  }

  /**
   * Notes that an engine died, and another one has the octets of {@code direction} up to {@code
   * heldEnd}, which are decided up to {@code decided}.
   */
  void noteDied(Direction direction, long heldEnd, long decided) {
    of(direction).loseFrom(heldEnd, decided);
  }

  /** Whether octets of {@code direction} that were lost came again with other content. */
  boolean differs(Direction direction) {
    return of(direction).differs;
  }

  /** The octets that were shown of {@code direction}, and those that are lost behind them. */
  byte[] shown(Direction direction) {
    Shown shown = of(direction);
    return Arrays.copyOf(shown.octets, Math.max(shown.length, shown.lostLength));
  }

  /** Checks that they stayed the same, and that none was decided twice. */
  void check() {
    if (broken != null) {
      throw broken;
    }
  }

  /**
   * What the receiver of {@code direction} may get: the shown octets, edited. Those that were lost,
   * and not shown again with the others, belong to them only if they {@code mayHaveLeft}: octets
   * behind the end of the stream change the decision about a unit that it cuts off.
   */
  byte[] edited(Direction direction, boolean mayHaveLeft) {
    Shown shown = of(direction);
    byte[] last = Arrays.copyOf(shown.octets, shown.lastLength);
    return WholeStream.of(editor, mayHaveLeft ? shown(direction) : last).edited();
  }

  private Shown of(Direction direction) {
    return Objects.requireNonNull(all.get(direction));
  }

  @Override
  public boolean replaysExactly() {
    return plan.isExact(false);
  }

  @Override
  public StateCodec<String> codec() {
    return new Codec();
  }

  private static final class Codec implements StateCodec<String> {
    @Override
    public int version() {
      return 1;
    }

    @Override
    public byte[] encode(String state) {
      return state.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String decode(int version, byte[] octets) {
      return new String(octets, StandardCharsets.UTF_8);
    }
  }
}
