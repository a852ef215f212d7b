package dev.midstream.testkit.playbook;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentReason;
import dev.midstream.agent.AgentReason.Consequence;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;
import dev.midstream.modcmd.call.AnswerKind;
import dev.midstream.modcmd.call.CodecCall;
import dev.midstream.modcmd.call.DecisionBatch;
import dev.midstream.modcmd.call.ForeignFailure;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An agent whose mistakes end a script: each method throws {@link AssertionError} if the agent
 * throws, returns null, or answers what it must not.
 */
final class CheckedAgent<S> {
  private final Agent<S> agent;

  CheckedAgent(Agent<S> agent) {
    this.agent = agent;
  }

  S newConnection(Opening opening) {
    return returned("newConnection", () -> agent.newConnection(opening));
  }

  /** The new state, after a call whose answers are in {@code batch}. */
  S decide(S state, Direction direction, OctetView view, DecisionBatch batch) {
    S after;
    try {
      after = returned("onOctets", () -> agent.onOctets(state, direction, view, batch));
    } catch (AssertionError e) {
      checkAnswers(batch, direction, e);
      throw e;
    }
    checkAnswers(batch, direction, null);
    checkDenials(batch);
    return after;
  }

  /** An answer that was refused is the first mistake, also if the agent has thrown after it. */
  private static void checkAnswers(
      DecisionBatch batch, Direction direction, @Nullable AssertionError later) {
    AgentReason undeclared = batch.undeclared();
    if (undeclared != null) {
      throw new AssertionError(
          "the agent counts a reason that was not declared, code="
              + undeclared.code()
              + "; give the provider's reasons to AgentPlaybook.declaring or AgentFuzz.play",
          later);
    }
    if (batch.refusal() != null) {
      throw new AssertionError("refused: " + batch.refusal() + ", direction=" + direction, later);
    }
  }

  /** An agent that counts a denial says that it denies. */
  private void checkDenials(DecisionBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      if (batch.kind(i) == AnswerKind.COUNT
          && batch.reason(i).consequence() == Consequence.DENIED
          && !denies()) {
        throw new AssertionError(
            "counts a denial ("
                + batch.reason(i).code()
                + ") but denies() is false: what it denies would pass after a failure");
      }
    }
  }

  /** The state after encoding and decoding. */
  S copied(S original) {
    StateCodec<S> codec = returned("codec", agent::codec);
    byte[] octets = returned("encode", () -> codec.encode(original));
    if (octets.length > CodecCall.MAX_STATE_BYTES) {
      throw new AssertionError(
          "the state is too long, bytes=" + octets.length + " limit=" + CodecCall.MAX_STATE_BYTES);
    }
    int version = returned("version", codec::version);
    if (version < 1) {
      throw new AssertionError("the version of the codec is below 1, version=" + version);
    }
    S copy = returned("decode", () -> codec.decode(version, octets));
    if (!copy.equals(original)) {
      throw new AssertionError("the codec changes the state" + Difference.ofStates(original, copy));
    }
    return copy;
  }

  boolean wantsFlush(S state, Direction direction) {
    return returned("wantsFlush", () -> agent.wantsFlush(state, direction));
  }

  boolean denies() {
    return returned("denies", agent::denies);
  }

  /**
   * What {@code call} of the agent returns.
   *
   * @throws AssertionError if it throws, or returns null
   */
  @SuppressWarnings("IllegalCatch") // what an agent throws is its own failure
  private static <T> T returned(String method, Supplier<T> call) {
    T value;
    try {
      value = call.get();
    } catch (Throwable thrown) {
      throw new AssertionError(method + " threw " + ForeignFailure.textOfAgent(thrown), thrown);
    }
    if (value == null) {
      throw new AssertionError(method + " returned null");
    }
    return value;
  }
}
