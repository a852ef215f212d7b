package dev.midstream.wire.capture;

/**
 * Limits on what a capture can make its reader allocate and accept.
 *
 * @param chunkBytes octets read at once; more memory is used only for a larger block
 * @param packetBytes captured octets of one packet; a longer record is damage
 * @param blockBytes octets of one pcapng block; a longer block is damage
 * @param interfaces interfaces of one pcapng file; one more is damage
 */
public record CaptureLimits(int chunkBytes, int packetBytes, int blockBytes, int interfaces) {
  /** 1 MiB chunks, packets up to 262,144 octets, blocks up to 16 MiB, 65,536 interfaces. */
  public static final CaptureLimits DEFAULT = new CaptureLimits(1 << 20, 262_144, 16 << 20, 65_536);

  /** Rejects limits that leave no room for a file header or a packet. */
  public CaptureLimits {
    if (chunkBytes < 64 || packetBytes < 1 || blockBytes < 64 || interfaces < 1) {
      throw new IllegalArgumentException(
          "capture limits too small chunk-bytes="
              + chunkBytes
              + " packet-bytes="
              + packetBytes
              + " block-bytes="
              + blockBytes
              + " interfaces="
              + interfaces);
    }
  }
}
