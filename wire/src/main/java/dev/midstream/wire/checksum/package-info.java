/**
 * The Internet checksum of RFC 1071 and its incremental update of RFC 1624.
 *
 * <p>Place on the path: behind the header views, which verify with it, and below whatever changes
 * or makes a header. It knows numbers and memory only, no header.
 */
@NullMarked
package dev.midstream.wire.checksum;

import org.jspecify.annotations.NullMarked;
