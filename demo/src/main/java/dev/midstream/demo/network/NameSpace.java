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
 * A network name space of its own, kept by a process that ends with this one. A socket belongs to
 * the name space of the thread that opened it, whoever uses it later.
 */
public final class NameSpace implements AutoCloseable {
  private static final Path IPV6_SETTINGS = Path.of("/proc/sys/net/ipv6");
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Process keeper;

  private NameSpace(Process keeper) {
    this.keeper = keeper;
  }

  /**
   * Makes a name space in which nothing but the loopback is up.
   *
   * @throws IOException if that is not allowed, or unshare(1) or ip(8) is missing
   */
  public static NameSpace make() throws IOException {
    Process keeper =
        new ProcessBuilder("unshare", "--net", "cat").redirectErrorStream(true).start();
    NameSpace made = new NameSpace(keeper);
    try {
      made.awaitKeeper();
      made.ip("link set lo up");
      return made;
    } catch (IOException e) {
      made.close();
      throw e;
    }
  }

  /** Whether the kernel has IPv6, and lets it be set up. */
  static boolean knowsIpv6() {
    return Files.isDirectory(IPV6_SETTINGS);
  }

  /** The process whose name space it is. */
  public long pid() {
    return keeper.pid();
  }

  /**
   * Gives commands to ip(8), one a line.
   *
   * @throws IOException if one fails, with what ip said
   */
  public void ip(String... commands) throws IOException {
    Shell.run(String.join("\n", commands), inside("ip", "-batch", "-"));
  }

  /** Writes a kernel setting below {@code net} of this name space. */
  public void set(String setting, String value) throws IOException {
    Shell.run(value, inside("sh", "-c", "cat >\"/proc/sys/net/$0\"", setting));
  }

  /** Makes the kernel cut segments and sum them up itself before they leave by an interface. */
  public void offloadNothing(String name) throws IOException {
    boolean ignored =
        in(() -> {
          Offloads.off(name);
          return true;
        });
  }

  /** Makes a wire to another name space, with an interface at each end, both up. */
  public void wire(String name, NameSpace other, String peer, int mtu) throws IOException {
    ip(
        "link add name %s mtu %d type veth peer name %s mtu %d netns %d"
            .formatted(name, mtu, peer, mtu, other.pid()));
    ip("link set " + name + " up");
    other.ip("link set " + peer + " up");
    awaitUp(name);
    other.awaitUp(peer);
  }

  /** Keeps the kernel from saying anything by itself on an interface. */
  public void silence(String name) throws IOException {
    if (knowsIpv6()) {
      set("ipv6/conf/" + name + "/disable_ipv6", "1");
    }
  }

  /** What a command says that runs to its end in the name space. */
  public String ask(String... command) throws IOException {
    return Shell.run("", inside(command));
  }

  /** A command that runs inside the name space. */
  public List<String> inside(String... command) {
    List<String> whole = new ArrayList<>(List.of("nsenter", "--net=" + path(), "--"));
    whole.addAll(List.of(command));
    return whole;
  }

  /**
   * Does something on a thread of its own inside the name space, and waits for it.
   *
   * @throws IOException if that fails, or the name space is gone
   */
  public <T> T in(Callable<T> work) throws IOException {
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

  /** Gives the name space up; it is gone with the last process, socket and interface in it. */
  @Override
  public void close() {
    keeper.destroyForcibly();
  }

  /**
   * Takes the calling thread into the name space for good.
   *
   * @throws IOException if the name space is gone, or that is not allowed
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

  /** The kernel may notice as late as a second after that an interface is able to carry frames. */
  private void awaitUp(String name) throws IOException {
    long startNanos = System.nanoTime();
    while (!ask("ip", "link", "show", "dev", name).contains(" state UP ")) {
      if (System.nanoTime() - startNanos > PATIENCE_NANOS) {
        throw new IOException("an interface does not come up: name=" + name);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private String path() {
    return "/proc/" + pid() + "/ns/net";
  }

  /** The keeper has a name space of its own only when it answers, being cat(1) then. */
  private void awaitKeeper() throws IOException {
    try {
      keeper.getOutputStream().write('\n');
      keeper.getOutputStream().flush();
    } catch (IOException e) {
      // It ended early; what it said tells why.
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
