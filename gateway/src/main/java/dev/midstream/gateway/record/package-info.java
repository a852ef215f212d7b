/**
 * Records chosen connections before and after the engine, in a capture with comments. It wraps the
 * box of a worker; without a recording there is no wrapper.
 */
@NullMarked
package dev.midstream.gateway.record;

import org.jspecify.annotations.NullMarked;
