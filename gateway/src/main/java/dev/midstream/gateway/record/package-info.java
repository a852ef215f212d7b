/**
 * Records chosen connections before and after what becomes of them, in a capture that explains
 * itself. It stands around a worker's box; where nothing is recorded it is not there.
 */
@NullMarked
package dev.midstream.gateway.record;

import org.jspecify.annotations.NullMarked;
