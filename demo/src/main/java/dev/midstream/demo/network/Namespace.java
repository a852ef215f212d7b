package dev.midstream.demo.network;

import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.Linux;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A network namespace, kept alive by a process that ends with this one. A socket belongs to the
 * namespace of the thread that opened it, whichever thread uses it later.
 */
public final class Namespace implements AutoCloseable {
  private static final Path IPV6_SETTINGS = Path.of("/proc/sys/net/ipv6");
  private static final long UP_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Process keeper;

  private Namespace(Process keeper) {
    this.keeper = keeper;
  }

  /**
   * Makes a namespace in which only the loopback interface is up.
   *
   * @throws IOException if that is not permitted, or unshare(1) or ip(8) is missing
   */
  public static Namespace make() throws IOException {
    Process keeper =
        new ProcessBuilder("unshare", "--net", "cat").redirectErrorStream(true).start();
    Namespace made = new Namespace(keeper);
    try {
      made.awaitKeeper();
      made.ip("link set lo up");
      return made;
    } catch (IOException e) {
      made.close();
      throw e;
    }
  }

  /** Whether the kernel has IPv6 and its settings are accessible. */
  static boolean hasIpv6() {
    return Files.isDirectory(IPV6_SETTINGS);
  }

  /** The process that keeps the namespace alive. */
  public long pid() {
    return keeper.pid();
  }

  /**
   * Runs commands of ip(8).
   *
   * @throws IOException if one fails, with the first line that ip wrote
   */
  public void ip(String... commands) throws IOException {
    Shell.run(String.join("\n", commands), command("ip", "-batch", "-"));
  }

  /** Sets a kernel parameter below {@code net}, see sysctl(8). */
  public void sysctl(String setting, String value) throws IOException {
    Shell.run(value, command("sh", "-c", "cat >\"/proc/sys/net/$0\"", setting));
  }

  /** Turns off an interface's segmentation and checksum offloads, in both directions. */
  public void disableOffloads(String name) throws IOException {
    boolean ignored =
        call(() -> {
          Offloads.disable(name);
          return true;
        });
  }

  /** Adds a veth pair between this namespace and another, and waits until both ends are up. */
  public void addVeth(String name, Namespace other, String peer, int mtu) throws IOException {
    ip(
        "link add name %s mtu %d type veth peer name %s mtu %d netns %d"
            .formatted(name, mtu, peer, mtu, other.pid()));
    ip("link set " + name + " up");
    other.ip("link set " + peer + " up");
    awaitUp(name);
    other.awaitUp(peer);
  }

  /** Turns IPv6 off on an interface, so that the kernel sends nothing there by itself. */
  public void disableIpv6(String name) throws IOException {
    if (hasIpv6()) {
      sysctl("ipv6/conf/" + name + "/disable_ipv6", "1");
    }
  }

  /** Runs a command in the namespace and returns its output, stdout and stderr. */
  public String output(String... command) throws IOException {
    return Shell.run("", command(command));
  }

  /** The command line that runs {@code command} in the namespace. */
  public List<String> command(String... command) {
    List<String> whole = new ArrayList<>(List.of("nsenter", "--net=" + path(), "--"));
    whole.addAll(List.of(command));
    return whole;
  }

  /**
   * Runs {@code work} on a new thread inside the namespace and returns its result.
   *
   * @throws IOException if the work fails, or the namespace is gone
   */
  public <T> T call(Callable<T> work) throws IOException {
    FutureTask<T> task =
        new FutureTask<>(() -> {
          enter();
          return work.call();
        });
    Thread.ofPlatform().daemon().name("in name space").start(task);
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Ends the keeper. The namespace ends with the last process, socket and interface in it. */
  @Override
  public void close() {
    keeper.destroyForcibly();
  }

  /**
   * Moves the calling thread into the namespace for good.
   *
   * @throws IOException if the namespace is gone, or that is not permitted
   */
  void enter() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      int descriptor = linux.open(path(), 0);
      int result = descriptor < 0 ? descriptor : linux.enterNetwork(descriptor);
      if (descriptor >= 0) {
        int ignored = linux.close(descriptor);
      }
      if (result < 0) {
        throw new IOException(
            "cannot enter the name space: pid=%d error=%s".formatted(pid(), Errno.text(-result)));
      }
    }
  }

  /** The kernel may report an interface as up only a second after it can carry frames. */
  private void awaitUp(String name) throws IOException {
    long startNanos = System.nanoTime();
    while (!output("ip", "link", "show", "dev", name).contains(" state UP ")) {
      if (System.nanoTime() - startNanos > UP_TIMEOUT_NANOS) {
        throw new IOException("an interface does not come up: name=" + name);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private String path() {
    return "/proc/" + pid() + "/ns/net";
  }

  /** An echo proves that unshare(1) has made the namespace and become cat(1). */
  private void awaitKeeper() throws IOException {
    try {
      keeper.getOutputStream().write('\n');
      keeper.getOutputStream().flush();
    } catch (IOException e) {
      // It ended early; its output says why.
    }
    int answer = keeper.getInputStream().read();
    if (answer != '\n') {
      throw new IOException(
          "cannot make a network name space: "
              + (char) answer
              + Shell.firstLine(Shell.read(keeper.getInputStream())));
    }
  }
}
