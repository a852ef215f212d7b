/**
 * The agent's side of the engine: what an agent sees ({@link
 * dev.midstream.modcmd.agent.OctetView}), what it may answer ({@link
 * dev.midstream.modcmd.agent.Decisions}), and the one interface a plug-in implements ({@link
 * dev.midstream.modcmd.agent.Agent}).
 *
 * <p>Place on the path: after delivery, before the command list. An agent is a function of state
 * and view; nothing in this package reads a clock, does I/O or draws random numbers, and no agent
 * may.
 *
 * <p>An agent is called on the thread of each worker; of one connection never two calls run at
 * once. Views and decisions are valid on that thread during the call.
 */
@NullMarked
package dev.midstream.modcmd.agent;

import org.jspecify.annotations.NullMarked;
