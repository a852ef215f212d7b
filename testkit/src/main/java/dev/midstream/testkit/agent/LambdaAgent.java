package dev.midstream.testkit.agent;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.ToIntFunction;

/** An agent made of one lambda, for tests; its state is a number. */
public final class LambdaAgent implements Agent<Integer> {
  private final Rule rule;
  private int maxHold = 65_536;
  private BiPredicate<Integer, Direction> flush = (state, direction) -> false;
  private boolean denies;
  private boolean exact;
  private ToIntFunction<Opening> start = opening -> 0;
  private StateCodec<Integer> codec = new NumberCodec();

  /** Decides a view from the state. */
  @FunctionalInterface
  public interface Rule {
    /** Decides octets of {@code view}; returns the new state. */
    int decide(int state, Direction direction, OctetView view, Decisions out);
  }

  /** Decides a view without a state. */
  @FunctionalInterface
  public interface StatelessRule {
    /** Decides octets of {@code view}. */
    void decide(Direction direction, OctetView view, Decisions out);
  }

  private LambdaAgent(Rule rule) {
    this.rule = rule;
  }

  /** An agent whose state starts at 0 and changes by {@code rule}. */
  public static LambdaAgent withState(Rule rule) {
    return new LambdaAgent(rule);
  }

  /** An agent without a state. */
  public static LambdaAgent by(StatelessRule rule) {
    return new LambdaAgent((state, direction, view, out) -> {
      rule.decide(direction, view, out);
      return state;
    });
  }

  /** An agent without a state that decides the client's octets; the server's octets pass. */
  public static LambdaAgent onClient(BiConsumer<OctetView, Decisions> rule) {
    return by((direction, view, out) -> {
      if (direction == Direction.CLIENT_TO_SERVER) {
        rule.accept(view, out);
      } else {
        SimpleAgents.pass(view, out);
      }
    });
  }

  /** The same agent, which also adds the text of each view to {@code views}. */
  public LambdaAgent recording(List<String> views) {
    LambdaAgent recording =
        new LambdaAgent((state, direction, view, out) -> {
          views.add(SimpleAgents.text(view));
          return rule.decide(state, direction, view, out);
        });
    recording.maxHold = maxHold;
    recording.flush = flush;
    recording.denies = denies;
    recording.exact = exact;
    recording.start = start;
    recording.codec = codec;
    return recording;
  }

  /** The same agent with a limit of {@code octets} undecided octets. */
  public LambdaAgent maxHold(int octets) {
    maxHold = octets;
    return this;
  }

  /** The same agent, which is called again after a silence; what it leaves undecided passes. */
  public LambdaAgent withFlush() {
    return flushedIf((state, direction) -> true);
  }

  /** The same agent, which is not called again after a silence. */
  public LambdaAgent withoutFlush() {
    return flushedIf((state, direction) -> false);
  }

  /** The same agent, which is called again after a silence as {@code wanted} says. */
  public LambdaAgent flushedIf(BiPredicate<Integer, Direction> wanted) {
    flush = wanted;
    return this;
  }

  /** The same agent, whose state starts as {@code start} says. */
  public LambdaAgent startingWith(ToIntFunction<Opening> start) {
    this.start = start;
    return this;
  }

  /** The same agent, whose state is written and read by {@code other}. */
  public LambdaAgent withCodec(StateCodec<Integer> other) {
    codec = other;
    return this;
  }

  /** The same agent, which says that it can be replayed exactly. */
  public LambdaAgent exactly() {
    exact = true;
    return this;
  }

  /** The same agent, which says that it denies. */
  public LambdaAgent denying() {
    denies = true;
    return this;
  }

  @Override
  public Integer newConnection() {
    return 0;
  }

  @Override
  public Integer newConnection(Opening opening) {
    return start.applyAsInt(opening);
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
  public boolean denies() {
    return denies;
  }

  @Override
  public boolean replaysExactly() {
    return exact;
  }

  @Override
  public boolean wantsFlush(Integer state, Direction direction) {
    return flush.test(state, direction);
  }

  @Override
  public StateCodec<Integer> codec() {
    return codec;
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
