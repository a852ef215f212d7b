/**
 * One call of an agent, from the engine's side: the view of its memory that the agent gets ({@link
 * dev.midstream.modcmd.call.MemoryView}), and its answers ({@link
 * dev.midstream.modcmd.call.DecisionBatch}). {@link dev.midstream.modcmd.call.CallingRule} says
 * when an agent is called.
 *
 * <p>Place on the path: after delivery, before the command list. Views and batches are valid on the
 * calling thread, during the call.
 */
@NullMarked
package dev.midstream.modcmd.call;

import org.jspecify.annotations.NullMarked;
