/**
 * The agent of HTTP/1.0 and HTTP/1.1 (RFC 9110, 9112): frames requests and responses strictly,
 * pairs them, and denies what its settings forbid.
 *
 * <p>Place on the path: after delivery, before the command list. The agent decides whole heads,
 * whole lines of the chunked coding and counted bodies, so its decisions do not depend on where the
 * stream is cut into packets. {@code ClientSide} decides requests, {@code ServerSide} responses;
 * what one must know of the other is in {@code HttpState}.
 */
@NullMarked
package dev.midstream.agents.http;

import org.jspecify.annotations.NullMarked;
