package dev.midstream.engines.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.stream.CommitMode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LogMeterTest {
  private static final long MILLI = 1_000_000;
  private static final NodeId BACKUP =
      new NodeId(NodeAddress.ofIpv4(0x0a090002, 7800), new UUID(1, 2));

  private final Counted meter = new Counted();
  private final BucketLog log =
      new BucketLog(
          3, 5, LogSettings.of(CommitMode.STRICT), new Links(1, CommitMode.STRICT, meter));
  private final List<Append> sent = new ArrayList<>();

  private void append(int bytes) {
    StateWriter record = new StateWriter();
    for (int each = 0; each < bytes; each++) {
      record.octet(7);
    }
    long ignored = log.append(record);
  }

  private void send(long nowNanos) {
    log.send(
        nowNanos,
        (node, message) -> {
          if (message instanceof Append append) {
            sent.add(append);
          }
        });
  }

  private void answer(long nowNanos) {
    Append last = sent.getLast();
    log.noteApplied(BACKUP, last.since(), last.first() + last.records().size() - 1, nowNanos);
  }

  @Test
  @DisplayName("HDP-17 HDP-18 records, their octets, and how long they wait are counted")
  void counts() {
    log.adopt(BACKUP, 5);
    append(10);
    append(20);
    assertThat(meter.bytes).containsExactly(10, 20);
    assertThat(meter.waiting).isEqualTo(2);
    send(MILLI);
    append(5);
    send(2 * MILLI);
    answer(4 * MILLI);
    assertThat(meter.waiting).isZero();
    assertThat(meter.commitNanos).containsExactly(3 * MILLI);
  }

  @Test
  @DisplayName("HDP-17 records that no backup holds any more wait no more")
  void forgetsWhatIsLost() {
    log.adopt(BACKUP, 5);
    append(10);
    send(MILLI);
    log.retainStaying(node());
    assertThat(log.state()).isEqualTo(LogState.ALONE);
    assertThat(meter.waiting).isZero();
  }

  @Test
  @DisplayName("HDP-17 HSI-2 a log that is refused is counted, once for all its messages")
  void countsRefusals() {
    log.adopt(BACKUP, 5);
    append(10);
    log.refuse(5);
    assertThat(meter.refusals).isZero();
    log.refuse(6);
    log.refuse(6);
    assertThat(meter.refusals).isEqualTo(1);
    assertThat(meter.waiting).isZero();
  }

  private static NodeId node() {
    return new NodeId(NodeAddress.ofIpv4(0x0a090003, 7800), new UUID(1, 3));
  }

  /** What was counted. */
  private static final class Counted implements LogMeter {
    private final List<Integer> bytes = new ArrayList<>();
    private final List<Long> commitNanos = new ArrayList<>();
    private long waiting;
    private long refusals;

    @Override
    public void append(int count) {
      bytes.add(count);
    }

    @Override
    public void addWaiting(long change) {
      waiting += change;
    }

    @Override
    public void committed(long nanos) {
      commitNanos.add(nanos);
    }

    @Override
    public void refused() {
      refusals++;
    }
  }
}
