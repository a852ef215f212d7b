package dev.midstream.wire.packet;

/**
 * The owner of octets that others refer to. Each {@link #retain} needs a {@link #release}; until
 * the last one the octets are neither moved nor changed.
 */
public interface MemoryOwner {

  void retain();

  void release();
}
