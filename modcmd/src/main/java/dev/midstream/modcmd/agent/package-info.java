/**
 * The agent's side of the engine: what an agent sees ({@link
 * dev.midstream.modcmd.agent.OctetView}), what it may answer ({@link
 * dev.midstream.modcmd.agent.Decisions}), and the interface that a plug-in implements ({@link
 * dev.midstream.modcmd.agent.Agent}).
 *
 * <p>Place on the path: after delivery, before the command list. Nothing in this package reads a
 * clock, does I/O or draws random numbers. No agent may do so.
 *
 * <p>An agent is called on the threads of all workers, but never twice at once for the same
 * connection. Views and decisions are valid on the calling thread, during the call.
 */
@NullMarked
package dev.midstream.modcmd.agent;

import org.jspecify.annotations.NullMarked;
