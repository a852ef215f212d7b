package dev.midstream.wire.fastpath;

import dev.midstream.wire.nativecall.BpfRequest;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A map of the kernel. Keys and entries are in memory that system calls take.
 *
 * @param request asks the kernel
 * @param map the descriptor
 */
record KernelFlowMap(BpfRequest request, int map) implements FlowMap {
  @Override
  public boolean next(@Nullable FlowKey key, FlowKey next) {
    MemorySegment before = key == null ? MemorySegment.NULL : key.memory();
    return request.next(map, before, next.memory()) >= 0;
  }

  @Override
  public boolean find(FlowKey key, FlowEntry entry) {
    return request.find(map, key.memory(), entry.memory()) >= 0;
  }

  @Override
  public boolean replace(FlowKey key, FlowEntry entry) {
    return request.replace(map, key.memory(), entry.memory()) >= 0;
  }
}
