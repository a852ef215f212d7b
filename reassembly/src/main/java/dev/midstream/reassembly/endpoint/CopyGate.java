package dev.midstream.reassembly.endpoint;

import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.stream.Stream;

/**
 * Asks for copies of octets elsewhere. The sender discards acknowledged octets, so the engine takes
 * octets into custody only if a copy would survive it. Called on the thread of the engine's worker.
 */
@FunctionalInterface
public interface CopyGate {
  /** For a single engine: nothing is copied or awaited. */
  CopyGate NOT_NEEDED = (connection, stream, orgEnd) -> orgEnd;

  /**
   * Requests copies of the octets of {@code stream} below {@code orgEnd}; may be called again for
   * the same octets. It must not block. {@code Engine.onCopied} reports later confirmations.
   *
   * @param orgEnd the end of octets that arrived without a gap, in original space
   * @return the end of the octets whose copies are confirmed, in original space
   */
  long requestCopy(Connection connection, Stream stream, long orgEnd);
}
