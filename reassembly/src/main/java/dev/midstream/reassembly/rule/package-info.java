/**
 * The operator's choices: rules that give connections to agents, limits, timeouts and policies.
 * They are built once from the configuration and immutable.
 *
 * <p>The engines of all workers share one configuration, each on its own thread.
 */
@NullMarked
package dev.midstream.reassembly.rule;

import org.jspecify.annotations.NullMarked;
