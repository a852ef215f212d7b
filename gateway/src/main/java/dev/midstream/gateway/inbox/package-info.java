/** Hands what other threads have for a worker to its thread. */
@NullMarked
package dev.midstream.gateway.inbox;

import org.jspecify.annotations.NullMarked;
