/**
 * The Internet checksum of RFC 1071 and its incremental update of RFC 1624.
 *
 * <p>Place on the path: below the header views, which verify with it, and below everything that
 * edits or builds a header. It knows only numbers and memory, no headers.
 */
@NullMarked
package dev.midstream.wire.checksum;

import org.jspecify.annotations.NullMarked;
