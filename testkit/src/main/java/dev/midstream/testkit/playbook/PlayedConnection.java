package dev.midstream.testkit.playbook;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.StateCodec;
import dev.midstream.modcmd.call.DecisionBatch;
import dev.midstream.modcmd.call.MemoryView;
import java.util.ArrayList;
import java.util.List;

/** One connection of an agent, played run by run. */
final class PlayedConnection<S> {
  private final Agent<S> agent;
  private final PlayedStream clientToServer = new PlayedStream();
  private final PlayedStream serverToClient = new PlayedStream();
  private final MemoryView view = new MemoryView();
  private final DecisionBatch batch = new DecisionBatch();
  private final List<String> reports = new ArrayList<>();
  private S state;
  private String ending = "";

  PlayedConnection(Agent<S> agent) {
    this.agent = agent;
    state = agent.newConnection();
  }

  /** Delivers octets in order. After a reset they are discarded. */
  void send(Direction direction, byte[] octets) {
    if (isReset()) {
      return;
    }
    PlayedStream stream = stream(direction);
    stream.arrive(octets);
    boolean grown = stream.undecidedLength() > 0 && !stream.isStarved();
    if (grown || stream.isSpanEndOwed()) {
      call(direction, false);
    }
  }

  /** Ends the sender's stream; the agent must decide all remaining octets. */
  void end(Direction direction) {
    if (isReset()) {
      return;
    }
    stream(direction).end();
    call(direction, false);
    int left = stream(direction).undecidedLength();
    check(
        left == 0,
        "octets are undecided at the end of stream",
        "direction=" + direction + " bytes=" + left);
  }

  /** Lets the hold time pass: the agent is called once more, then the remaining octets pass. */
  void silence(Direction direction) {
    PlayedStream stream = stream(direction);
    if (agent.wantsFlush(state, direction) && stream.undecidedLength() > 0) {
      call(direction, true);
      stream.pass(stream.undecidedLength());
    }
  }

  Outcome outcome() {
    return new Outcome(clientToServer.received(), serverToClient.received(), ending, reports);
  }

  private void call(Direction direction, boolean flush) {
    PlayedStream stream = stream(direction);
    if (stream.isUnseen() || isReset()) {
      return;
    }
    stream.show(view, flush);
    batch.open(view.length(), view.endOfStream());
    S before = state;
    S after = agent.onOctets(before, direction, view, batch);
    check(batch.refusal() == null, "refused: " + batch.refusal(), "direction=" + direction);
    state = copied(after);
    for (int i = 0; i < batch.size(); i++) {
      apply(direction, i);
    }
    stream.setSpanEndOwed(batch.endsWithSpan());
    int held = stream.undecidedLength();
    check(
        held <= agent.maxHold(),
        "more than maxHold is undecided",
        "direction=" + direction + " bytes=" + held);
    if (stream.isSpanEndOwed()) {
      call(direction, false);
    }
    if (!before.equals(after) && stream(direction.opposite()).undecidedLength() > 0) {
      call(direction.opposite(), false);
    }
  }

  /** The state after encoding and decoding. */
  private S copied(S original) {
    StateCodec<S> codec = agent.codec();
    S copy = codec.decode(codec.version(), codec.encode(original));
    check(copy.equals(original), "the codec changes the state", "state=" + original);
    return copy;
  }

  private void apply(Direction direction, int i) {
    PlayedStream stream = stream(direction);
    switch (batch.kind(i)) {
      case PASS -> stream.pass(batch.count(i));
      case REPLACE -> stream.replace(batch.count(i), batch.octets(i));
      case NEED -> stream.need(batch.count(i));
      case SKIP -> stream.skip(batch.count(i));
      case DROP -> stream.drop(batch.count(i));
      case SKIP_REST -> stream.skipRest();
      case REPLY -> stream(batch.direction(i)).insert(batch.octets(i));
      case EXPECT -> reports.add("expect: " + batch.expectation(i));
      case DETACH -> leave("detach");
      case NOT_MINE -> leave("not mine: " + batch.text(i));
      case RESET -> ending = "reset: " + batch.text(i);
      case REPORT -> reports.add(batch.text(i));
    }
  }

  private void leave(String how) {
    ending = how;
    clientToServer.skipRest();
    serverToClient.skipRest();
  }

  private boolean isReset() {
    return ending.startsWith("reset");
  }

  private PlayedStream stream(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? clientToServer : serverToClient;
  }

  private static void check(boolean holds, String failure, String place) {
    if (!holds) {
      throw new AssertionError(failure + ", " + place);
    }
  }
}
