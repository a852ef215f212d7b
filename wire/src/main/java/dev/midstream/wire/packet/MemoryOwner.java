package dev.midstream.wire.packet;

/**
 * Whoever owns octets that others refer to. Each {@link #retain} has its {@link #release}; until
 * the last of them the octets stay where and as they are.
 */
public interface MemoryOwner {

  void retain();

  void release();
}
