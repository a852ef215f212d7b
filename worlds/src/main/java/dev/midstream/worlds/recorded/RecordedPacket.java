package dev.midstream.worlds.recorded;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.command.Octets;

/**
 * One packet of a recording.
 *
 * @param direction who sent it
 * @param timeNanos when it passed
 * @param frame its octets
 */
public record RecordedPacket(Direction direction, long timeNanos, Octets frame) {}
