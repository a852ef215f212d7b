package dev.midstream.gateway.run;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ends the program in order at the first SIGTERM or SIGINT, and at once at the second. */
final class Termination {
  /** What a shell reports of a process that SIGTERM ended. */
  private static final int TERMINATED = 143;

  private Termination() {}

  /**
   * Runs {@code stop} at the first signal, on a thread of its own. Java has no supported way to
   * hear a signal and go on, so this asks {@code sun.misc.Signal} by name; where there is none, the
   * program ends at the first signal as Java programs do.
   */
  static void on(Runnable stop) {
    AtomicBoolean signalled = new AtomicBoolean();
    Runnable handler =
        () -> {
          if (signalled.getAndSet(true)) {
            Runtime.getRuntime().halt(TERMINATED);
          }
          stop.run();
        };
    try {
      handle("TERM", handler);
      handle("INT", handler);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(stop));
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
