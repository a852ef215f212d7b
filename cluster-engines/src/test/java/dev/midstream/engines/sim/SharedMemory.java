package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.engines.log.ConnectionEnds;
import dev.midstream.engines.worker.BucketEngines;
import dev.midstream.reassembly.EngineResources;
import dev.midstream.reassembly.rule.EngineConfiguration;
import io.netty.buffer.UnpooledByteBufAllocator;

/** What the engines of one process share, and their memory for octets. */
final class SharedMemory {
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
  private final EngineResources resources;

  SharedMemory(EngineConfiguration configuration) {
    resources = new EngineResources(configuration, allocator);
  }

  EngineResources resources() {
    return resources;
  }

  /**
   * Checks that only open buckets are charged for anything, and that nothing is charged and nothing
   * is allocated when they forget their connections.
   */
  void check(BucketEngines engines) {
    long[] sums = new long[2];
    engines.forEachEngine((bucket, engine) -> {
      sums[0] += engine.budget().usedBytes();
      sums[1] += engine.connections();
    });
    assertThat(resources.memory().usedBytes()).as("octets").isEqualTo(sums[0]);
    assertThat((long) resources.connections().connections()).as("known").isEqualTo(sums[1]);
    long listed = (long) engines.staying().listed() * ConnectionEnds.HEAP_BYTES;
    assertThat(resources.connections().listedBytes()).as("listed").isEqualTo(listed);
    engines.forEachEngine((bucket, engine) -> engine.moves().releaseAll());
    assertThat(resources.memory().usedBytes()).as("octets").isZero();
    assertThat(resources.memory().reservedBytes()).as("reserved").isZero();
    assertThat(resources.connections().connections()).as("known").isZero();
    assertThat(resources.connections().usedBytes()).as("heap").isEqualTo(listed);
    assertThat(resources.fragments().usedBytes()).as("fragments").isZero();
    assertThat(allocator.metric().usedDirectMemory()).as("allocated").isZero();
  }
}
