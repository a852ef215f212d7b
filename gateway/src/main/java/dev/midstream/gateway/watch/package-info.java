/** Watches how long the calls of agents last. */
@NullMarked
package dev.midstream.gateway.watch;

import org.jspecify.annotations.NullMarked;
