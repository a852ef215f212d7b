package dev.midstream.wire.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.wire.lock.InterfaceLock;
import dev.midstream.wire.port.PortException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Locking of interfaces between programs. */
@Tag("live")
final class InterfaceLockTest {
  private static final String LOCKED = "locked";

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

  private static String lock(String inside, String outside) {
    try (InterfaceLock _ = InterfaceLock.acquire(inside, outside)) {
      return LOCKED;
    } catch (PortException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
