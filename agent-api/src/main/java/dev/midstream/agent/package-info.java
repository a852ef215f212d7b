/**
 * The interface of agents: what an agent sees ({@link dev.midstream.agent.OctetView}), what it may
 * answer ({@link dev.midstream.agent.Decisions}), and what a plug-in implements ({@link
 * dev.midstream.agent.Agent}, {@link dev.midstream.agent.AgentProvider}).
 *
 * <p>Place on the path: after delivery, before the command list. Nothing in this package reads a
 * clock, does I/O or draws random numbers. No agent may do so.
 *
 * <p>An agent is called on the threads of all workers, but never twice at once for the same
 * connection. Views and decisions are valid on the calling thread, during the call.
 */
@NullMarked
package dev.midstream.agent;

import org.jspecify.annotations.NullMarked;
