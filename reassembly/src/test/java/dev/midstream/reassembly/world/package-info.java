/**
 * Random worlds: recorded conversations made from a seed, put through an engine and compared with
 * the edits applied to the whole streams.
 *
 * <p>Nothing here shares code with the engine but the headers and the agent interface.
 */
@NullMarked
package dev.midstream.reassembly.world;

import org.jspecify.annotations.NullMarked;
