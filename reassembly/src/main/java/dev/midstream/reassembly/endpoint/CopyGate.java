package dev.midstream.reassembly.endpoint;

import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.stream.Stream;

/**
 * Whether octets are kept elsewhere too. The sender forgets what it was told arrived, so the engine
 * takes nothing into custody that would be lost with it. Called by the engine's worker only.
 */
@FunctionalInterface
public interface CopyGate {
  /** For an engine on its own: nothing is copied, and nothing is waited for. */
  CopyGate NOT_NEEDED = (connection, stream, orgEnd) -> orgEnd;

  /**
   * Wants the octets of {@code stream} below {@code orgEnd} to be kept elsewhere; may be asked
   * again for the same. The answer must not be waited for: when more is confirmed, the engine is
   * told by {@code Engine.onCopied}.
   *
   * @param orgEnd the end of octets that have come without a gap, in original space
   * @return the end of what is confirmed to be kept elsewhere by now, in original space
   */
  long requestCopy(Connection connection, Stream stream, long orgEnd);
}
