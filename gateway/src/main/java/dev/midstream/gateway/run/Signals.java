package dev.midstream.gateway.run;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The signals of the program. Java has no supported API for them, so {@code sun.misc.Signal} is
 * used by reflection. A signal that the program's parent ignores (nohup(1)) stays ignored.
 */
final class Signals {
  /** The exit code that shells report after SIGTERM. */
  private static final int TERMINATED = 143;

  /** Besides the usual ones: the power fails or a container is stopped; the CPU time is used up. */
  private static final List<String> TERMINATING = List.of("TERM", "INT", "PWR", "XCPU");

  /** The signals with which log rotation and service managers ask for new files. */
  private static final List<String> ROTATING = List.of("HUP", "USR1");

  /** Timers and devices that the program does not use; SIGPROF is left to profilers. */
  private static final List<String> STRAY = List.of("ALRM", "VTALRM", "IO", "STKFLT");

  private Signals() {}

  /**
   * Runs {@code stop} on a thread of its own at the first terminating signal; the second one ends
   * the program at once. Without {@code sun.misc.Signal}, {@code stop} becomes a shutdown hook.
   */
  static void onTermination(Runnable stop) {
    AtomicBoolean signalled = new AtomicBoolean();
    boolean handled =
        handle(
            TERMINATING,
            () -> {
              if (signalled.getAndSet(true)) {
                Runtime.getRuntime().halt(TERMINATED);
              }
              stop.run();
            });
    if (!handled) {
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(stop));
    }
  }

  /** Runs {@code reopen} at each SIGHUP and SIGUSR1, which would otherwise end the program. */
  static void onRotation(Runnable reopen) {
    boolean ignored = handle(ROTATING, reopen);
  }

  /** Ignores signals that ask for nothing, and would otherwise end the program like SIGKILL. */
  static void ignoreStray() {
    boolean ignored = handle(STRAY, () -> {});
  }

  private static boolean handle(List<String> names, Runnable handler) {
    try {
      for (String name : names) {
        handle(name, handler);
      }
      return true;
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      return false;
    }
  }

  private static void handle(String name, Runnable handler) throws ReflectiveOperationException {
    Class<?> signals = Class.forName("sun.misc.Signal");
    Class<?> handlers = Class.forName("sun.misc.SignalHandler");
    MethodHandle run =
        MethodHandles.lookup().bind(handler, "run", MethodType.methodType(void.class));
    Object proxy =
        MethodHandleProxies.asInterfaceInstance(
            handlers, MethodHandles.dropArguments(run, 0, signals));
    Object signal = signals.getConstructor(String.class).newInstance(name);
    signals.getMethod("handle", signals, handlers).invoke(null, signal, proxy);
  }
}
