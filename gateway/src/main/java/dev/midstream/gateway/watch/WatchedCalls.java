package dev.midstream.gateway.watch;

import dev.midstream.gateway.output.NodeLog;
import dev.midstream.reassembly.deliver.CallMark;
import dev.midstream.reassembly.flow.Connection;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The calls of one engine's agents. {@link #look} belongs to the watchdog's thread. */
final class WatchedCalls {
  private static final int MAX_STACK_FRAMES = 8;
  private static final String ENGINE = "dev.midstream.reassembly.";
  private static final int LOOKS_PER_SECOND = 10;

  /** How long a call may take to end after it was interrupted. */
  private static final int LEAVE_LOOKS = 10;

  private final CallMark mark;
  private final int worker;
  private final Thread thread;
  private final long slowLooks;
  private final long endLooks;
  private final NodeLog log;
  private final BooleanSupplier mayLeave;
  private final WatchedEngine engine;
  private boolean left;
  private long call = CallMark.NONE;
  private long looks;
  private String name = "";
  private volatile @Nullable String slowCall;

  WatchedCalls(
      CallMark mark,
      int worker,
      Thread thread,
      long slowLooks,
      long endLooks,
      NodeLog log,
      BooleanSupplier mayLeave,
      WatchedEngine engine) {
    this.mark = mark;
    this.worker = worker;
    this.thread = thread;
    this.slowLooks = slowLooks;
    this.endLooks = endLooks;
    this.log = log;
    this.mayLeave = mayLeave;
    this.engine = engine;
    mark.observeEnds(WatchedCalls::forgetInterrupt, this::takeBack, WatchedCalls::rest);
  }

  /** The slow call that lasts, one clause; null if there is none. For any thread. */
  @Nullable String slowCall() {
    return slowCall;
  }

  /** Whether these are the calls of {@code other}. */
  boolean isOf(CallMark other) {
    return mark == other;
  }

  /** Looks whether the call of the last look still lasts. */
  void look() {
    long current = mark.current();
    if (current == CallMark.NONE || current != call) {
      call = current;
      looks = 0;
      slowCall = null;
      return;
    }
    looks++;
    if (looks == slowLooks) {
      nameAgent();
    }
    if (looks == endLooks) {
      giveUp();
    }
    if (looks == endLooks + LEAVE_LOOKS) {
      leave();
    }
    if (slowCall != null) {
      slowCall = name + " seconds=" + looks / LOOKS_PER_SECOND;
    }
  }

  private void nameAgent() {
    Connection connection = mark.connectionOf(call);
    if (connection == null) {
      return;
    }
    String where = innermostFrames();
    if (mark.markSlow(call, where)) {
      name =
          "worker=%d agent=%s rule=%s connection=%s"
              .formatted(
                  worker,
                  connection.rule().agentName(),
                  connection.rule().name(),
                  connection.name());
      slowCall = name;
      log.warn("an agent is slow, " + name + " at=" + where);
    }
  }

  private void giveUp() {
    if (mark.giveUp(call)) {
      log.warn("a call of an agent is given up, " + name);
      interrupt();
    }
  }

  /** Leaves the call, and its thread, which ends with the program. */
  private void leave() {
    if (!mark.leave(call)) {
      return;
    }
    left = true;
    slowCall = null;
    if (mayLeave.getAsBoolean()) {
      log.warn("an agent does not return, its thread is left behind, " + name);
      engine.continueWithout();
    } else {
      engine.fail("an agent does not return, " + name);
    }
  }

  /** Whether the thread was left, so that these calls are no longer watched. */
  boolean isLeft() {
    return left;
  }

  /** Interrupts the call if it still lasts. The engine's own work is never interrupted. */
  private synchronized void interrupt() {
    if (mark.current() == call) {
      thread.interrupt();
    }
  }

  /**
   * Runs on the engine's thread after a call that returned. The watchdog has not interrupted it, so
   * an interrupt is the agent's. It would close the files that the thread writes next.
   */
  private static void forgetInterrupt() {
    boolean ignored = Thread.interrupted();
  }

  /** Runs on the engine's thread after a call that was given up: it is not interrupted any more. */
  private synchronized void takeBack() {
    boolean ignored = Thread.interrupted();
  }

  /** Runs on the thread of a call that was left: it ends with the program. */
  private static void rest() {
    boolean ignored = Thread.interrupted(); // it would not park
    LockSupport.park();
  }

  /** The frames of the agent. */
  private String innermostFrames() {
    return Arrays.stream(thread.getStackTrace())
        .takeWhile(frame -> !frame.getClassName().startsWith(ENGINE))
        .limit(MAX_STACK_FRAMES)
        .map(frame -> frame.getClassName() + ":" + frame.getLineNumber())
        .collect(Collectors.joining(","));
  }
}
