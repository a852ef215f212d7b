package dev.midstream.modcmd.map;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.offset.SequenceSpace;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MapAllocationTest {
  private static final int ROUNDS = 20_000;

  /** Octets that the measurement itself may allocate; less than one octet for each round. */
  private static final long NOISE_BYTES = 4_096;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final SequenceSpace space = new SequenceSpace(-5);
  private final CommandList commands = new CommandList();
  private final OffsetMap map = new OffsetMap(commands);
  private final SackMap sacks = new SackMap(map);
  private final WindowMap window = new WindowMap(map);
  private final FinMap fin = new FinMap(map);
  private final FoldPolicy policy = new FoldPolicy(commands, 1_000_000);
  private final Octets newData = Octets.ofText("abc");
  private long edited;

  @Test
  @DisplayName("mapping a packet and its acknowledgement allocates nothing, edits included")
  void allocatesNothing() {
    long before = measure();
    long allocated = measure();

    assertThat(before).isNotNegative();
    assertThat(allocated).isLessThan(NOISE_BYTES);
  }

  private long measure() {
    long start = threads.getCurrentThreadAllocatedBytes();
    long sum = 0;
    for (int i = 0; i < ROUNDS; i++) {
      sum += mapOnePacket();
    }
    assertThat(sum).isNotZero();
    return threads.getCurrentThreadAllocatedBytes() - start;
  }

  private long mapOnePacket() {
    commands.append(edited + 40, 5, newData);
    edited += 100;
    map.decideTo(edited);
    long orgStart = space.offsetOf(space.sequenceOf(edited - 100), edited);
    long end = map.dataEnd(edited);
    long claimed = sacks.end(end) - sacks.start(map.dataStart(orgStart) + 41, orgStart);
    long acknowledged = fin.acknowledgement(end - 50) + map.after(orgStart + 42);
    int field = window.advertise(window.targetEdge(end + 5000, edited + 9000), orgStart, false);
    policy.fold(end, 1000, 1, edited);
    return acknowledged + field + claimed;
  }
}
