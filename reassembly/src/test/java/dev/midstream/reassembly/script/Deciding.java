package dev.midstream.reassembly.script;

import dev.midstream.modcmd.agent.Agent;
import dev.midstream.modcmd.agent.Decisions;
import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.agent.OctetView;
import dev.midstream.modcmd.agent.StateCodec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiConsumer;

/** An agent whose state is a number and whose decisions a test writes. */
public final class Deciding implements Agent<Integer> {
  private final Rule rule;
  private int maxHold = 65_536;
  private boolean flush = true;

  /** What such an agent does with a view. */
  @FunctionalInterface
  public interface Rule {
    /** The new state. */
    int decide(int state, Direction direction, OctetView view, Decisions out);
  }

  /** What an agent without a state does with a view. */
  @FunctionalInterface
  public interface StatelessRule {
    void decide(Direction direction, OctetView view, Decisions out);
  }

  private Deciding(Rule rule) {
    this.rule = rule;
  }

  /** An agent that counts from 0 as {@code rule} says. */
  public static Deciding withState(Rule rule) {
    return new Deciding(rule);
  }

  /** An agent without a state. */
  public static Deciding by(StatelessRule rule) {
    return new Deciding((state, direction, view, out) -> {
      rule.decide(direction, view, out);
      return state;
    });
  }

  /** An agent without a state that decides what the client says; what the server says passes. */
  public static Deciding onClient(BiConsumer<OctetView, Decisions> rule) {
    return by((direction, view, out) -> {
      if (direction == Direction.CLIENT_TO_SERVER) {
        rule.accept(view, out);
      } else {
        Rules.pass(view, out);
      }
    });
  }

  /** The same agent, which adds the text of all it is shown to {@code views}. */
  public Deciding noting(List<String> views) {
    Deciding noting =
        new Deciding((state, direction, view, out) -> {
          views.add(Rules.text(view));
          return rule.decide(state, direction, view, out);
        });
    noting.maxHold = maxHold;
    noting.flush = flush;
    return noting;
  }

  /** The same agent that may leave no more than {@code octets} undecided. */
  public Deciding maxHold(int octets) {
    maxHold = octets;
    return this;
  }

  /** The same agent, not to be asked after silence. */
  public Deciding withoutFlush() {
    flush = false;
    return this;
  }

  @Override
  public Integer newConnection() {
    return 0;
  }

  @Override
  public Integer onOctets(Integer state, Direction direction, OctetView view, Decisions out) {
    return rule.decide(state, direction, view, out);
  }

  @Override
  public int maxHold() {
    return maxHold;
  }

  @Override
  public boolean wantsFlush() {
    return flush;
  }

  @Override
  public StateCodec<Integer> codec() {
    return new NumberCodec();
  }

  /** Version 1: the number, in network byte order. */
  private static final class NumberCodec implements StateCodec<Integer> {
    @Override
    public int version() {
      return 1;
    }

    @Override
    public byte[] encode(Integer state) {
      return ByteBuffer.allocate(Integer.BYTES).putInt(state).array();
    }

    @Override
    public Integer decode(int version, byte[] octets) {
      if (version != 1 || octets.length != Integer.BYTES) {
        throw new IllegalArgumentException("not a number, version=" + version);
      }
      return ByteBuffer.wrap(octets).getInt();
    }
  }
}
