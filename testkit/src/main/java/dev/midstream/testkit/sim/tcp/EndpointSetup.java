package dev.midstream.testkit.sim.tcp;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.testkit.notation.Ends;

/**
 * What one end of a connection is.
 *
 * @param options how it behaves
 * @param ends the addresses, ports and initial sequence numbers
 * @param direction the direction it sends
 * @param active whether it opens the connection; both may
 * @param application what runs on top of it
 * @param seed what its own choices are drawn from
 */
public record EndpointSetup(
    EndpointOptions options,
    Ends ends,
    Direction direction,
    boolean active,
    Application application,
    long seed) {}
