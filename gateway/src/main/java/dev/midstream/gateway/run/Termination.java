package dev.midstream.gateway.run;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
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
    AtomicBoolean told = new AtomicBoolean();
    Runnable heard =
        () -> {
          if (told.getAndSet(true)) {
            Runtime.getRuntime().halt(TERMINATED);
          }
          stop.run();
        };
    try {
      hear("TERM", heard);
      hear("INT", heard);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(stop));
    }
  }

  private static void hear(String name, Runnable heard) throws ReflectiveOperationException {
    Class<?> signals = Class.forName("sun.misc.Signal");
    Class<?> handlers = Class.forName("sun.misc.SignalHandler");
    Object handler =
        Proxy.newProxyInstance(
            handlers.getClassLoader(),
            new Class<?>[] {handlers},
            (proxy, method, arguments) -> answer(heard, proxy, method, arguments));
    Object signal = signals.getConstructor(String.class).newInstance(name);
    signals.getMethod("handle", signals, handlers).invoke(null, signal, handler);
  }

  private static Object answer(Runnable heard, Object proxy, Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "handle" -> {
        heard.run();
        yield proxy;
      }
      case "equals" -> proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> "SignalHandler";
    };
  }
}
