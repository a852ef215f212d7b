package dev.midstream.reassembly.deliver;

import dev.midstream.reassembly.flow.Connection;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The call of an agent that an engine is in, as a watchdog sees it that runs on another thread. The
 * watchdog may note a call as slow, or give it up: then nothing that the call decides applies, even
 * if it returns later. A call that still does not return may be left: the engine then belongs to
 * another thread, and the thread of the call never goes on.
 *
 * <p>{@link #begin} and {@link #end} belong to the engine's thread, the other methods to the
 * watchdog's.
 */
public final class CallMark {
  /*
   * The state is the number of the call with four flags in the lowest bits:
   *
   *   engine:    n -> n+1 RUNNING (begin)     any -> n+1 (end, which learns the flags)
   *   watchdog:  RUNNING -> SLOW -> GIVEN_UP -> LEFT, each flag added to the earlier ones
   *
   * Each step of the watchdog is a compare-and-set, so it fails once the call has ended. The fields
   * beside the state are written before it and read after it, or before a compare-and-set that
   * succeeds, so they are those of the same call.
   */
  /** The state between two calls, as {@link #current} returns it. */
  public static final long NONE = 0;

  private static final long RUNNING = 1;
  private static final long SLOW = 2;
  private static final long GIVEN_UP = 4;
  private static final long LEFT = 8;
  private static final long STEP = 16;
  private static final VarHandle STATE = stateHandle();

  @SuppressWarnings("UnusedVariable") // accessed by its handle
  private volatile long state;

  private @Nullable Connection connection;
  private String where = "";
  private Runnable onReturned = () -> {};
  private Runnable onGivenUp = () -> {};
  private Runnable onLeft = () -> {};
  private long number;

  /** How a call ended. */
  enum End {
    IN_TIME,
    SLOW,
    GIVEN_UP
  }

  CallMark() {}

  /**
   * Sets what runs on the thread of a call after its end, for the time before the engine is used.
   *
   * @param onReturned runs if the call was not given up, before the engine goes on
   * @param onGivenUp runs if the call was given up, before the engine goes on
   * @param onLeft runs if the call was left; it should not return, and is repeated if it does
   */
  public void observeEnds(Runnable onReturned, Runnable onGivenUp, Runnable onLeft) {
    this.onReturned = onReturned;
    this.onGivenUp = onGivenUp;
    this.onLeft = onLeft;
  }

  /** Marks the begin of a call. */
  void begin(Connection connection) {
    this.connection = connection;
    number += STEP;
    STATE.setRelease(this, number | RUNNING);
  }

  /** Marks the end of the call. Does not return if the call was left. */
  End end() {
    long flags = (long) STATE.getAndSet(this, number) - number;
    if ((flags & GIVEN_UP) == 0) {
      onReturned.run();
      return flags == RUNNING ? End.IN_TIME : End.SLOW;
    }
    while ((flags & LEFT) != 0) {
      onLeft.run();
    }
    onGivenUp.run();
    return End.GIVEN_UP;
  }

  /** Where the slow call was when it was noted; for the engine's thread. */
  String where() {
    return where;
  }

  /** The call that runs, a number of its own for each call; {@link #NONE} between two calls. */
  public long current() {
    long seen = (long) STATE.getAcquire(this);
    return (seen & RUNNING) == 0 ? NONE : seen & -STEP;
  }

  /**
   * The connection of {@code call}; null if the call has ended.
   *
   * @param call a result of {@link #current}
   */
  public @Nullable Connection connectionOf(long call) {
    Connection seen = connection;
    VarHandle.acquireFence();
    return current() == call ? seen : null;
  }

  /**
   * Notes that {@code call} is slow.
   *
   * @param where the innermost stack frames of the agent
   * @return whether it still ran
   */
  public boolean markSlow(long call, String where) {
    this.where = where;
    return STATE.compareAndSet(this, call | RUNNING, call | RUNNING | SLOW);
  }

  /**
   * Gives up {@code call}, which was noted as slow: its decisions will not apply.
   *
   * @return whether it still ran
   */
  public boolean giveUp(long call) {
    return STATE.compareAndSet(this, call | RUNNING | SLOW, call | RUNNING | SLOW | GIVEN_UP);
  }

  /**
   * Leaves {@code call}, which was given up, to its thread.
   *
   * @return whether it still ran; then the engine belongs to the caller, who sees all that the
   *     thread of the call has done in it
   */
  public boolean leave(long call) {
    long givenUp = call | RUNNING | SLOW | GIVEN_UP;
    return STATE.compareAndSet(this, givenUp, givenUp | LEFT);
  }

  /** The connection of a call that was left. */
  Connection connection() {
    return Objects.requireNonNull(connection, "no call was left");
  }

  private static VarHandle stateHandle() {
    try {
      return MethodHandles.lookup().findVarHandle(CallMark.class, "state", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
