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
  THROWS {
    @Override
    void commit(OctetView view, Decisions out) {
      throw new IllegalStateException("broken");
    }
  },
  THROWS_WHAT_IT_DOES_NOT_DECLARE {
    @Override
    void commit(OctetView view, Decisions out) {
      throw AgentFault.<RuntimeException>undeclared(new IOException("not declared"));
    }
  },
  THROWS_AN_ERROR_OF_ITS_OWN {
    @Override
    void commit(OctetView view, Decisions out) {
      throw new OwnError();
    }
  },
  THROWS_WHAT_CANNOT_BE_PRINTED {
    @Override
    void commit(OctetView view, Decisions out) {
      throw new Unprintable();
    }
  },
  THROWS_WHAT_HAS_NO_TEXT {
    @Override
    void commit(OctetView view, Decisions out) {
      throw new Textless();
    }
  },
  OVERFLOWS_THE_STACK {
    @Override
    void commit(OctetView view, Decisions out) {
      throw new StackOverflowError("too deep");
    }
  },
  DECIDES_MORE_THAN_IT_SAW {
    @Override
    void commit(OctetView view, Decisions out) {
      out.pass(view.length());
    }
  },
  DECIDES_BACKWARDS {
    @Override
    void commit(OctetView view, Decisions out) {
      out.pass(-1);
    }
  },
  NEEDS_WHAT_IT_HAS {
    @Override
    void commit(OctetView view, Decisions out) {
      out.need(1);
    }
  },
  DECIDES_AFTER_A_NEED {
    @Override
    void commit(OctetView view, Decisions out) {
      out.need(100);
      out.pass(1);
    }
  },
  REPORTS_FOR_EVER {
    @Override
    void commit(OctetView view, Decisions out) {
      while (true) {
        out.report("again");
      }
    }
  },
  REPLIES_TOO_MUCH {
    @Override
    void commit(OctetView view, Decisions out) {
      Octets many = Octets.ofText("0123456789abcdef".repeat(65_536));
      for (int i = 0; i < 20; i++) {
        out.reply(Direction.CLIENT_TO_SERVER, many);
      }
    }
  },
  RETURNS_NO_STATE {
    @Override
    void commit(OctetView view, Decisions out) {}

    @Override
    @SuppressWarnings("NullAway") // this is the fault
    Integer next(Integer state) {
      return null;
    }
  };

  abstract void commit(OctetView view, Decisions out);

  /** The state that the call returns. */
  Integer next(Integer state) {
    return state + 1;
  }

  /**
   * An engine with an agent that edits, replies in both directions, reports, and then fails when it
   * decides octets of {@code at}; those of the other direction pass.
   */
  TestEngine engine(Direction at) {
    return TestEngine.inline(new Faulty(this, at));
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
