/**
 * Random recorded conversations, put through an engine and compared with the edits applied to the
 * whole streams.
 *
 * <p>Only the headers and the agent interface are shared with the engine.
 */
@NullMarked
package dev.midstream.worlds.recorded;

import org.jspecify.annotations.NullMarked;
