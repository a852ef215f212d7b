/**
 * The agent of SMTP and LMTP (RFC 5321, 2033): pairs commands and replies, and denies what its
 * settings forbid, in commands and in the text of messages.
 *
 * <p>Place on the path: after delivery, before the command list. {@code ClientSide} decides
 * commands and hands the text of a message to {@code TextSide}; {@code ServerSide} decides replies.
 * What one must know of the other is in {@code SmtpState}.
 */
@NullMarked
package dev.midstream.agents.smtp;

import org.jspecify.annotations.NullMarked;
