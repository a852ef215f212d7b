package dev.midstream.worlds.heap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.EngineResources;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The engines of the buckets of one worker, without connections. */
class SharedEnginesTest {
  private static final int BUCKETS = 256;
  private static final int MOST_EACH = 24 << 10;

  private static final EngineConfiguration CONFIGURATION =
      new EngineConfiguration(
          Mode.ENFORCE,
          new RuleTable(List.of(), Action.ALLOW, Mode.ENFORCE),
          Policies.DEFAULTS,
          EngineLimits.DEFAULTS,
          Timeouts.DEFAULTS,
          Vantage.INLINE);

  @Test
  @DisplayName("HSI-2 an engine of a bucket without connections takes little heap")
  void takesLittleHeap() {
    EngineResources resources =
        new EngineResources(CONFIGURATION, new UnpooledByteBufAllocator(false, true));
    long one = bytes(engines(resources, 1));
    long all = bytes(engines(resources, 1 + BUCKETS));
    assertThat(all - one).isLessThan((long) BUCKETS * MOST_EACH);
  }

  private static List<Engine> engines(EngineResources resources, int count) {
    return Stream.generate(() -> engine(resources)).limit(count).toList();
  }

  private static Engine engine(EngineResources resources) {
    return new Engine(
        CONFIGURATION,
        new HashSeed(1, 2),
        resources,
        CommitLog.NONE,
        ConnectionRouter.ALONE,
        EventSink.NONE);
  }

  private static long bytes(List<Engine> engines) {
    return new ReachableHeap(
            each -> each instanceof Enum || each instanceof Class || each instanceof Thread,
            engines.toArray())
        .bytes();
  }
}
