package dev.midstream.wire.live;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.wire.nativecall.Linux;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A network namespace, kept alive by a process that ends with this one. A socket belongs to the
 * namespace of the thread that opens it, whichever thread uses it later.
 */
public final class NameSpace implements AutoCloseable {
  private static final MethodHandle SETNS = setns();

  private final Process keeper;

  /** Makes one in which only the loopback interface is up. */
  public NameSpace() {
    keeper = start("unshare", "-n", "cat");
    await();
    ip("link set lo up");
  }

  /** Skips the test if namespaces cannot be created. */
  public static void assumeAllowed() {
    assumeTrue(
        isAllowed(),
        "skipped: network namespaces are not available; run as root, or inside `unshare -Urn` with"
            + " lo up");
  }

  private static boolean isAllowed() {
    try {
      Process trial = new ProcessBuilder("unshare", "-n", "ip", "link").start();
      trial.getInputStream().readAllBytes();
      return trial.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The process that keeps the namespace. */
  long pid() {
    return keeper.pid();
  }

  /** Runs commands of ip(8), one per line. */
  public void ip(String... commands) {
    String ignored = run(String.join("\n", commands), "ip", "-batch", "-");
  }

  /** Runs a command; returns what it prints. */
  public String show(String... command) {
    return run("", command);
  }

  /** Waits until the kernel considers an interface operational. */
  public void awaitCarrier(String name) {
    Eventually.holds(
        name + " has a carrier",
        () -> run("", "ip", "-o", "link", "show", name).matches("(?s).* state (UP|UNKNOWN) .*"));
  }

  /** Writes a sysctl of this namespace. */
  void set(String setting, String value) {
    String ignored = run(value, "sh", "-c", "cat >/proc/sys/net/" + setting);
  }

  /** Runs {@code work} on its own thread inside the namespace. */
  public <T> T in(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    thread("in name space", task).start();
    try {
      return task.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns a thread that runs inside the namespace once it is started. */
  Thread thread(String name, Runnable work) {
    return new Thread(
        () -> {
          enter();
          work.run();
        },
        name);
  }

  @Override
  public void close() {
    keeper.destroyForcibly();
  }

  private void enter() {
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      int descriptor = linux.open("/proc/" + pid() + "/ns/net", 0);
      if (descriptor < 0 || (int) SETNS.invokeExact(descriptor, 0) < 0) {
        throw new IllegalStateException("cannot enter the namespace: pid=" + pid());
      }
      int ignored = linux.close(descriptor);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** The process has its own namespace only after unshare(1) has executed cat(1). */
  private void await() {
    try {
      keeper.getOutputStream().write('\n');
      keeper.getOutputStream().flush();
      int ignored = keeper.getInputStream().read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String run(String input, String... command) {
    List<String> whole =
        new ArrayList<>(List.of("nsenter", "--net=/proc/" + pid() + "/ns/net", "--"));
    whole.addAll(Arrays.asList(command));
    Process process = start(whole.toArray(String[]::new));
    try {
      process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("command failed: " + whole + " " + input + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Process start(String... command) {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("restricted") // Java cannot enter a namespace
  private static MethodHandle setns() {
    return Linker.nativeLinker()
        .downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("setns"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  }
}
