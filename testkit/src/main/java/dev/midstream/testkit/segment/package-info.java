/**
 * TCP segments in Ethernet frames, read and written as the RFCs draw them. Simulated endpoints and
 * oracles use this code and not the engine's, so that an error of either is a difference.
 *
 * <p>Place on the path: at both of its ends, and beside it. Nothing here is fast or partial: every
 * header is read octet by octet, and every checksum is computed from its definition.
 */
@NullMarked
package dev.midstream.testkit.segment;

import org.jspecify.annotations.NullMarked;
