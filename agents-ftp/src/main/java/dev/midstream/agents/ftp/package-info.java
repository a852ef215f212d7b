/**
 * The agent of FTP's control connection (RFC 959): pairs commands and replies, announces data
 * connections, and denies what its settings forbid.
 *
 * <p>Place on the path: after delivery, before the command list. The agent reads whole lines only,
 * so its decisions do not depend on where the stream is cut into packets. {@code ClientSide}
 * decides commands, {@code ServerSide} replies; what one must know of the other is in {@code
 * FtpState}.
 */
@NullMarked
package dev.midstream.agents.ftp;

import org.jspecify.annotations.NullMarked;
