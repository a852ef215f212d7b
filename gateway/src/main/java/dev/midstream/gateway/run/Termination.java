package dev.midstream.gateway.run;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.atomic.AtomicBoolean;

/** Handles SIGTERM and SIGINT: the first signal ends the program in order, the second at once. */
final class Termination {
  /** The exit code that shells report after SIGTERM. */
  private static final int TERMINATED = 143;

  private Termination() {}

  /**
   * Runs {@code stop} on a thread of its own at the first signal. Java has no supported API for
   * this, so {@code sun.misc.Signal} is used by reflection. Where it is missing, {@code stop}
   * becomes a shutdown hook.
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
