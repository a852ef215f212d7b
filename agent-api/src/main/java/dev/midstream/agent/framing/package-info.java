/**
 * Framing for agents: where a line, a counted run or a text ends in the octets that an agent is
 * shown.
 *
 * <p>Place on the path: inside agents. Nothing here allocates or keeps state. Each result depends
 * on the octets alone, not on where they were cut. Malformed octets never cause an exception; they
 * give one of the codes of {@link dev.midstream.agent.framing.Framing}.
 *
 * <p>For any thread.
 */
@NullMarked
package dev.midstream.agent.framing;

import org.jspecify.annotations.NullMarked;
