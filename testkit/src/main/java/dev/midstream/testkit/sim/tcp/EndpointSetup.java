package dev.midstream.testkit.sim.tcp;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Ends;

/**
 * The setup of one endpoint.
 *
 * @param options its TCP options and behaviours
 * @param ends the addresses, ports and initial sequence numbers
 * @param direction the direction it sends
 * @param active whether it opens the connection; both endpoints may
 * @param application its application
 * @param seed the seed of its random choices
 */
public record EndpointSetup(
    EndpointOptions options,
    Ends ends,
    Direction direction,
    boolean active,
    Application application,
    long seed) {}
