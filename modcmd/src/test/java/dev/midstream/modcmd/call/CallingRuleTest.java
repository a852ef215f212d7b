package dev.midstream.modcmd.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.call.CallingRule.Cause;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CallingRuleTest {
  private static final Direction C = Direction.CLIENT_TO_SERVER;
  private static final Direction S = Direction.SERVER_TO_CLIENT;
  private static final int STEP = 10;

  /** One direction: the undecided octets are only counted. */
  private static final class Side {
    final Direction direction;
    final AgentCursor cursor = new AgentCursor();
    int undecided;
    long decided;
    boolean complete;
    boolean spanEndOwed;
    boolean blocked;

    Side(Direction direction) {
      this.direction = direction;
    }
  }

  /** Both directions, and an agent that returns how many octets it decides. */
  private static final class Talk implements Caller<Talk, Side> {
    final Map<Direction, Side> sides = new EnumMap<>(Direction.class);
    final List<String> calls = new ArrayList<>();
    final CallingRule<Talk, Side> rule = new CallingRule<>(this);
    BiFunction<Side, Integer, Integer> agent = (side, length) -> length;
    int revision;
    int holdLimit = Integer.MAX_VALUE;

    Talk() {
      Direction.BOTH.forEach(direction -> sides.put(direction, new Side(direction)));
    }

    Side side(Direction direction) {
      return stream(this, direction);
    }

    void arrive(Direction direction, int octets) {
      side(direction).undecided += octets;
      rule.advance(this, direction, Cause.GROWN);
    }

    @Override
    public Side stream(Talk connection, Direction direction) {
      return Objects.requireNonNull(sides.get(direction));
    }

    @Override
    public AgentCursor cursor(Side side) {
      return side.cursor;
    }

    @Override
    public int undecidedLength(Side side) {
      return side.undecided;
    }

    @Override
    public long decided(Side side) {
      return side.decided;
    }

    @Override
    public boolean isComplete(Side side) {
      return side.complete;
    }

    @Override
    public boolean isSpanEndOwed(Side side) {
      return side.spanEndOwed;
    }

    @Override
    public int revision(Talk connection) {
      return revision;
    }

    @Override
    public boolean isBlocked(Talk connection, Side side) {
      return side.blocked;
    }

    @Override
    public boolean makeRoom(Talk connection, Side side) {
      return !side.blocked;
    }

    @Override
    public void applySpans(Talk connection, Side side) {}

    @Override
    public int viewStepBytes(Side side) {
      return STEP;
    }

    @Override
    public int holdLimit(Talk connection) {
      return holdLimit;
    }

    @Override
    public void call(Talk connection, Direction direction, Side side, int length, boolean flush) {
      calls.add((direction == C ? "c" : "s") + length + (flush ? " flush" : ""));
      side.spanEndOwed = false;
      side.cursor.beginCall();
      if (side.complete && length == side.undecided) {
        side.cursor.markEndShown();
      }
      int decided = agent.apply(side, length);
      side.undecided -= decided;
      side.decided += decided;
      side.cursor.setShownLength(length - decided);
    }

    @Override
    public void settle(Talk connection, Side side) {}
  }

  private final Talk talk = new Talk();

  @Test
  @DisplayName("a view grows by one step from call to call, while octets are left undecided")
  void growsViewsByOneStep() {
    talk.agent = (side, length) -> length == 25 ? 25 : 0;
    talk.arrive(C, 25);
    assertThat(talk.calls).containsExactly("c10", "c20", "c25");
    assertThat(talk.side(C).decided).isEqualTo(25);
  }

  @Test
  @DisplayName("an agent that needs more is called when it is there, or when the stream ends")
  void waitsForWhatIsNeeded() {
    talk.agent =
        (side, length) -> {
          side.cursor.setNeedLength(8);
          return 0;
        };
    talk.arrive(C, 3);
    talk.arrive(C, 4);
    assertThat(talk.calls).containsExactly("c3");
    talk.arrive(C, 1);
    assertThat(talk.calls).containsExactly("c3", "c8");
    talk.side(C).cursor.setNeedLength(20);
    talk.side(C).complete = true;
    talk.rule.advance(talk, C, Cause.GROWN);
    talk.rule.advance(talk, C, Cause.GROWN);
    assertThat(talk.calls).containsExactly("c3", "c8", "c8");
  }

  @Test
  @DisplayName("an agent that needs or leaves more than it may hold is not shown the rest")
  void endsAtTheHoldLimit() {
    talk.holdLimit = 12;
    talk.agent =
        (side, length) -> {
          side.cursor.setNeedLength(length < 13 ? 13 : 0);
          return length < 13 ? 0 : length;
        };
    talk.arrive(C, 25);
    assertThat(talk.calls).containsExactly("c10");
    talk.agent = (side, length) -> length < 21 ? 0 : length;
    talk.arrive(S, 25);
    assertThat(talk.calls).containsExactly("c10", "s10", "s20");
    talk.holdLimit = 20;
    talk.arrive(S, 0);
    assertThat(talk.calls).containsExactly("c10", "s10", "s20", "s25");
  }

  @Test
  @DisplayName("an agent that awaits the other direction is called when its state has changed")
  void waitsForTheOtherDirection() {
    talk.agent = (side, length) -> awaitOther(side);
    talk.arrive(C, 25);
    talk.arrive(C, 5);
    talk.rule.resume(talk, C, false);
    assertThat(talk.calls).containsExactly("c10");
    talk.agent =
        (side, length) -> {
          talk.revision += side.direction == S ? 1 : 0;
          return length;
        };
    talk.arrive(S, 2);
    assertThat(talk.calls).containsExactly("c10", "s2", "c20", "c10");
  }

  @Test
  @DisplayName("an agent that awaits the other direction sees the end of the stream once")
  void seesTheEndWhileItWaits() {
    talk.agent = (side, length) -> awaitOther(side);
    talk.arrive(C, 25);
    talk.side(C).complete = true;
    talk.rule.advance(talk, C, Cause.GROWN);
    talk.rule.advance(talk, C, Cause.GROWN);
    assertThat(talk.calls).containsExactly("c10", "c20", "c25");
    assertThat(talk.side(C).cursor.isEndShown()).isTrue();
  }

  private static int awaitOther(Side side) {
    side.cursor.awaitOther();
    return 0;
  }

  @Test
  @DisplayName("silence shows all undecided octets with a flush, and calls for none")
  void flushesInSilence() {
    talk.rule.advance(talk, C, Cause.SILENCE);
    assertThat(talk.calls).isEmpty();
    talk.agent = (side, length) -> 0;
    talk.side(C).undecided = 12;
    talk.rule.advance(talk, C, Cause.SILENCE);
    assertThat(talk.calls).containsExactly("c10", "c12 flush");
  }

  @Test
  @DisplayName("the end of a span is a call with what follows, or with nothing")
  void callsAtTheEndOfSpan() {
    talk.side(C).spanEndOwed = true;
    talk.rule.resume(talk, C, false);
    talk.rule.resume(talk, C, false);
    assertThat(talk.calls).containsExactly("c0");
  }

  @Test
  @DisplayName("a changed state shows the other direction its undecided octets again")
  void wakesTheOtherDirection() {
    talk.agent = (side, length) -> 0;
    talk.arrive(S, 5);
    talk.agent =
        (side, length) -> {
          talk.revision += side.direction == C ? 1 : 0;
          return length;
        };
    talk.arrive(C, 2);
    assertThat(talk.calls).containsExactly("s5", "c2", "s5");
    assertThat(talk.side(S).undecided).isZero();
  }

  @Test
  @DisplayName("a direction that could not be woken is called when it may be")
  void remembersABlockedDirection() {
    talk.agent = (side, length) -> 0;
    talk.arrive(S, 5);
    talk.side(S).blocked = true;
    talk.agent =
        (side, length) -> {
          talk.revision += side.direction == C ? 1 : 0;
          return length;
        };
    talk.arrive(C, 2);
    talk.rule.resume(talk, S, false);
    assertThat(talk.calls).containsExactly("s5", "c2");
    talk.side(S).blocked = false;
    talk.rule.resume(talk, S, false);
    assertThat(talk.calls).containsExactly("s5", "c2", "s5");
    assertThat(talk.side(S).cursor.needsRedelivery()).isFalse();
  }

  @Test
  @DisplayName("directions that wake each other without a decision go on with the next packet")
  void endsMutualWaking() {
    talk.agent =
        (side, length) -> {
          talk.revision++;
          return 0;
        };
    talk.side(S).undecided = 1;
    talk.arrive(C, 1);
    assertThat(talk.calls).hasSize(CallingRule.MAX_IDLE_ROUNDS + 1);
    talk.rule.resume(talk, S, false);
    assertThat(talk.calls).as("without a packet").hasSize(CallingRule.MAX_IDLE_ROUNDS + 1);
    talk.rule.begin(talk);
    assertThat(talk.side(S).cursor.needsRedelivery()).isTrue();
    talk.rule.resume(talk, S, false);
    assertThat(talk.calls).hasSize(2 * (CallingRule.MAX_IDLE_ROUNDS + 1));
  }

  @Test
  @DisplayName("directions that wake each other go on as long as octets are decided")
  void goesOnWhileOctetsAreDecided() {
    talk.agent =
        (side, length) -> {
          talk.revision++;
          return 1;
        };
    talk.side(S).undecided = 40;
    talk.arrive(C, 40);
    assertThat(talk.side(C).undecided + talk.side(S).undecided).isZero();
  }

  @Test
  @DisplayName("resuming calls for octets that were not shown, and for more that is due")
  void resumesWhatWasNotShown() {
    talk.rule.resume(talk, C, true);
    assertThat(talk.calls).isEmpty();
    talk.side(C).blocked = true;
    talk.arrive(C, 4);
    assertThat(talk.calls).isEmpty();
    talk.side(C).blocked = false;
    talk.rule.resume(talk, C, false);
    assertThat(talk.calls).containsExactly("c4");
  }
}
