package dev.midstream.reassembly.deliver;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.StateCodec;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.SimpleAgents;
import java.io.IOException;

/** A fault that ends a call of an agent. */
enum AgentFault {
  THROWS,
  THROWS_WHAT_IT_DOES_NOT_DECLARE,
  THROWS_AN_ERROR_OF_ITS_OWN,
  THROWS_WHAT_CANNOT_BE_PRINTED,
  THROWS_WHAT_HAS_NO_TEXT,
  OVERFLOWS_THE_STACK,
  DECIDES_MORE_THAN_IT_SAW,
  DECIDES_BACKWARDS,
  NEEDS_WHAT_IT_HAS,
  DECIDES_AFTER_A_NEED,
  REPORTS_FOR_EVER,
  REPLIES_TOO_MUCH,
  RETURNS_NO_STATE;

  /**
   * An engine with an agent that edits, replies in both directions, reports, and then fails when it
   * decides octets of {@code at}; those of the other direction pass.
   */
  TestEngine engine(Direction at) {
    return TestEngine.inline(new Faulty(this, at));
  }

  private void commit(OctetView view, Decisions out) {
    switch (this) {
      case THROWS -> throw new IllegalStateException("broken");
      case THROWS_WHAT_IT_DOES_NOT_DECLARE ->
          throw AgentFault.<RuntimeException>undeclared(new IOException("not declared"));
      case THROWS_AN_ERROR_OF_ITS_OWN -> throw new OwnError();
      case THROWS_WHAT_CANNOT_BE_PRINTED -> throw new Unprintable();
      case THROWS_WHAT_HAS_NO_TEXT -> throw new Textless();
      case OVERFLOWS_THE_STACK -> throw new StackOverflowError("too deep");
      case DECIDES_MORE_THAN_IT_SAW -> out.pass(view.length());
      case DECIDES_BACKWARDS -> out.pass(-1);
      case NEEDS_WHAT_IT_HAS -> out.need(1);
      case DECIDES_AFTER_A_NEED -> {
        out.need(100);
        out.pass(1);
      }
      case REPORTS_FOR_EVER -> reportForEver(out);
      case REPLIES_TOO_MUCH -> replyTooMuch(out);
      case RETURNS_NO_STATE -> {}
    }
  }

  private static void reportForEver(Decisions out) {
    while (true) {
      out.report("again");
    }
  }

  private static void replyTooMuch(Decisions out) {
    Octets many = Octets.ofText("0123456789abcdef".repeat(65_536));
    for (int i = 0; i < 20; i++) {
      out.reply(Direction.CLIENT_TO_SERVER, many);
    }
  }

  /** The state that the call returns. */
  @SuppressWarnings("NullAway") // null is the fault
  private Integer next(Integer state) {
    return this == RETURNS_NO_STATE ? null : Integer.valueOf(state + 1);
  }

  /** Throws a checked exception, as languages do that do not check them. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> T undeclared(Throwable thrown) throws T {
    throw (T) thrown;
  }

  private static final class OwnError extends Error {
    private static final long serialVersionUID = 1;
  }

  private static final class Unprintable extends RuntimeException {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw this;
    }
  }

  private static final class Textless extends RuntimeException {
    private static final long serialVersionUID = 1;

    @Override // this is the fault
    @SuppressWarnings({"NullAway", "OverrideThrowableToString", "ToStringReturnsNull"})
    public String toString() {
      return null;
    }
  }

  private record Faulty(AgentFault fault, Direction at) implements Agent<Integer> {
    @Override
    public Integer newConnection() {
      return 0;
    }

    @Override
    public Integer onOctets(Integer state, Direction direction, OctetView view, Decisions out) {
      if (direction != at) {
        SimpleAgents.pass(view, out);
        return state;
      }
      out.replace(1, Octets.ofText("XX"));
      out.reply(Direction.CLIENT_TO_SERVER, Octets.ofText("forged"));
      out.reply(Direction.SERVER_TO_CLIENT, Octets.ofText("forged"));
      out.report("nothing happened");
      fault.commit(view, out);
      return fault.next(state);
    }

    @Override
    public StateCodec<Integer> codec() {
      return StateCodec.stateless(0);
    }
  }
}
