/**
 * What the operator wants: rules that give connections to agents, limits, timeouts and policies.
 * Immutable; made once from the configuration.
 *
 * <p>One configuration serves the engines of all workers, each on its own thread.
 */
@NullMarked
package dev.midstream.reassembly.rule;

import org.jspecify.annotations.NullMarked;
