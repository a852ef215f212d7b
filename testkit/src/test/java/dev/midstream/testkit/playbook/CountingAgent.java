package dev.midstream.testkit.playbook;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.StateCodec;

/** An agent whose state is a number below 256 and whose behaviour comes from a test. */
record CountingAgent(Body body, boolean flushed) implements Agent<Integer> {
  /** The behaviour; returns the new state. */
  @FunctionalInterface
  interface Body {
    int decide(int count, Direction direction, OctetView view, Decisions out);
  }

  CountingAgent(Body body) {
    this(body, false);
  }

  @Override
  public Integer newConnection() {
    return 0;
  }

  @Override
  public Integer onOctets(Integer count, Direction direction, OctetView view, Decisions out) {
    return body.decide(count, direction, view, out);
  }

  @Override
  public int maxHold() {
    return 16;
  }

  @Override
  public boolean wantsFlush(Integer count, Direction direction) {
    return flushed;
  }

  @Override
  public StateCodec<Integer> codec() {
    return new OneOctetCodec();
  }

  private static final class OneOctetCodec implements StateCodec<Integer> {
    @Override
    public int version() {
      return 1;
    }

    @Override
    public byte[] encode(Integer count) {
      return new byte[] {count.byteValue()};
    }

    @Override
    public Integer decode(int version, byte[] octets) {
      return Byte.toUnsignedInt(octets[0]);
    }
  }
}
