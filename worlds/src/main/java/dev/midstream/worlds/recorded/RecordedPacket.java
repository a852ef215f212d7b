package dev.midstream.worlds.recorded;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;

/**
 * One packet of a recording.
 *
 * @param direction of its sender
 * @param timeNanos time of the recording
 * @param frame its frame
 */
public record RecordedPacket(Direction direction, long timeNanos, Octets frame) {}
