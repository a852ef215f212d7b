package dev.midstream.wire.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.wire.lock.InterfaceLock;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.port.PortException;
import java.io.BufferedReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Locking of interfaces between programs. */
@Tag("live")
final class InterfaceLockTest {
  private static final String LOCKED = "locked";
  private static final int ROUNDS = 30;
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final List<String> OTHER_USER =
      List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @Test
  void locksEachInterfaceOnce() {
    try (Network network = new Network(1500)) {
      network.box.ip("link add other type veth peer name another");
      String result =
          network.box.in(() -> {
            try (InterfaceLock _ = InterfaceLock.acquire("in0", "out0")) {
              assertThat(lock("other", "another")).isEqualTo(LOCKED);
              assertThat(lock("other", "in0")).endsWith("end that one first: name=in0");
              assertThat(lock("other", "another"))
                  .as("the refused attempt locks nothing")
                  .isEqualTo(LOCKED);
              return lock("in0", "out0");
            }
          });
      assertThat(result)
          .isEqualTo(
              "another midstream works on the interface already, end that one first: name=in0");
      assertThat(network.box.in(() -> lock("in0", "out0"))).isEqualTo(LOCKED);
    }
  }

  @Test
  @DisplayName("OWN-3 what any user of the machine may open locks no interface")
  void ignoresSocketsOfAnyUser() {
    try (Network network = new Network(1500)) {
      String result =
          network.box.in(() -> {
            try (Arena arena = Arena.ofConfined()) {
              Linux linux = new Linux(arena);
              int inside = linux.interfaceIndex("in0");
              int socket = abstractSocket(linux, "midstream-interface-" + inside);
              try {
                return lock("in0", "out0");
              } finally {
                int ignored = linux.close(socket);
              }
            }
          });
      assertThat(result).isEqualTo(LOCKED);
    }
  }

  @Test
  @DisplayName("OWN-3 another user of the machine can mark no interface, and so lock none")
  void ignoresOtherUsers() throws Exception {
    assumeOtherUser();
    try (Network network = new Network(1500)) {
      int inside = network.box.in(InterfaceLockTest::indexOfInside);
      assertThat(lockBeside(network, marking(List.of(), inside)))
          .as("the same program as root")
          .isEqualTo(
              "marks, another midstream works on the interface already, end that one first:"
                  + " name=in0");
      assertThat(lockBeside(network, marking(OTHER_USER, inside))).isEqualTo("EPERM, " + LOCKED);
    }
  }

  /** Skips the test if this user cannot become another one. */
  private static void assumeOtherUser() throws Exception {
    List<String> trial = new ArrayList<>(OTHER_USER);
    trial.add("true");
    assumeTrue(
        new ProcessBuilder(trial).start().waitFor() == 0,
        "skipped: cannot become another user; run as root of the machine");
  }

  private static int indexOfInside() {
    try (Arena arena = Arena.ofConfined()) {
      return new Linux(arena).interfaceIndex("in0");
    }
  }

  /** A program that marks an interface as a lock does, says whether it could, and waits. */
  private static List<String> marking(List<String> user, int index) {
    String program =
        """
        use Errno;
        $| = 1;
        $marks = socket($s, 17, 3, 0) && bind($s, pack("S n i x12", 17, 0x5ff, %d));
        print $marks ? "marks" : $!{EPERM} ? "EPERM" : "$!", "\n";
        <STDIN>;
        """
            .formatted(index);
    return Stream.concat(user.stream(), Stream.of("perl", "-e", program)).toList();
  }

  /** What {@code program} says inside the box, and what comes of a lock beside it. */
  private static String lockBeside(Network network, List<String> program) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("nsenter", "--net=/proc/" + network.box.pid() + "/ns/net", "--"));
    command.addAll(program);
    Process other = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader said = other.inputReader()) {
      return said.readLine() + ", " + network.box.in(() -> lock("in0", "out0"));
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  @Test
  @DisplayName("OWN-3 of two programs that start at the same time at most one gets the interfaces")
  void locksForOneOfTwoAtOnce() throws Exception {
    try (Network network = new Network(1500)) {
      CyclicBarrier barrier = new CyclicBarrier(2);
      AtomicInteger holders = new AtomicInteger();
      AtomicInteger maxHolders = new AtomicInteger();
      Callable<Integer> program =
          () -> {
            int held = 0;
            for (int round = 0; round < ROUNDS; round++) {
              int ignored = barrier.await();
              try (InterfaceLock _ = InterfaceLock.acquire("in0", "out0")) {
                maxHolders.accumulateAndGet(holders.incrementAndGet(), Math::max);
                held++;
                Thread.onSpinWait();
                holders.decrementAndGet();
              } catch (PortException _) {
                // The other one has them.
              }
            }
            return held;
          };
      FutureTask<Integer> other = new FutureTask<>(() -> network.box.in(program));
      new Thread(other, "other program").start();

      int held = network.box.in(program) + other.get();

      assertThat(maxHolders).hasValue(1);
      assertThat(held).isGreaterThan(ROUNDS / 2);
    }
  }

  @Test
  @DisplayName("OWN-3 an interface that was moved away and comes back is locked anew")
  void locksAnInterfaceThatComesBack() {
    try (Network network = new Network(1500)) {
      network.box.ip("link add other index 90 type veth peer name another");
      String result =
          network.box.in(() -> {
            try (InterfaceLock lock = InterfaceLock.acquire("in0", "other")) {
              network.box.ip("link set other netns " + network.server.pid());
              network.server.ip("link set other netns " + network.box.pid());
              lock.acquire("other", 90);
              return lock("other", "out0");
            }
          });
      assertThat(result).endsWith("end that one first: name=other");
    }
  }

  @Test
  void locksPerNameSpace() {
    try (NameSpace one = new NameSpace();
        NameSpace same = new NameSpace()) {
      one.ip("link add in0 index 50 type veth peer name out0 index 51");
      same.ip("link add in0 index 50 type veth peer name out0 index 51");
      String result =
          one.in(() -> {
            try (InterfaceLock _ = InterfaceLock.acquire("in0", "out0")) {
              return same.in(() -> lock("in0", "out0"));
            }
          });
      assertThat(result).isEqualTo(LOCKED);
    }
  }

  @Test
  void keepsLockOfRenamedInterface() {
    try (Network network = new Network(1500)) {
      String result =
          network.box.in(() -> {
            try (InterfaceLock _ = InterfaceLock.acquire("in0", "out0")) {
              network.box.ip("link set in0 down", "link set in0 name in1");
              return lock("in1", "out0");
            }
          });
      assertThat(result).endsWith("end that one first: name=in1");
    }
  }

  @Test
  void movesLockToNewInterfaceOfSameName() {
    try (Network network = new Network(1500)) {
      network.box.ip("link add other index 90 type veth peer name another index 91");
      String result =
          network.box.in(() -> {
            try (InterfaceLock lock = InterfaceLock.acquire("in0", "out0")) {
              lock.acquire("in0", 90);
              assertThat(lock("in0", "another"))
                  .as("the previous interface is unlocked")
                  .isEqualTo(LOCKED);
              try (InterfaceLock _ = InterfaceLock.acquire("in0", "another")) {
                assertThatThrownBy(() -> lock.acquire("in0", 91)).hasMessageEndingWith("name=in0");
              }
              assertThat(lock("in0", "another"))
                  .as("the refused attempt locks nothing")
                  .isEqualTo(LOCKED);
              return lock("other", "another");
            }
          });
      assertThat(result).endsWith("end that one first: name=other");
    }
  }

  @Test
  void refusesMissingAndIdenticalInterfaces() {
    try (Network network = new Network(1500)) {
      network.box.ip("link property add dev in0 altname uplink");
      assertThat(network.box.in(() -> lock("in0", "out9")))
          .isEqualTo("there is no such interface: name=out9");
      assertThat(network.box.in(() -> lock("uplink", "in0")))
          .isEqualTo("inside and outside are the same interface: name=uplink");
    }
  }

  /** Opens a socket that has an abstract name (unix(7)). */
  private static int abstractSocket(Linux linux, String name) {
    int socket = linux.socket(AF_UNIX, SOCK_DGRAM, 0);
    byte[] octets = ("\0" + name).getBytes(StandardCharsets.US_ASCII);
    MemorySegment address = linux.allocate(Short.BYTES + octets.length);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
    MemorySegment.copy(octets, 0, address, ValueLayout.JAVA_BYTE, Short.BYTES, octets.length);
    assertThat(linux.bind(socket, address)).isZero();
    return socket;
  }

  private static String lock(String inside, String outside) {
    try (InterfaceLock _ = InterfaceLock.acquire(inside, outside)) {
      return LOCKED;
    } catch (PortException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
