/**
 * Writing and reading of an agent's state as octets, for its {@link
 * dev.midstream.agent.StateCodec}.
 *
 * <p>One value has one form, so equal states are equal octets. Damaged octets cause an {@link
 * IllegalArgumentException} and nothing else. Not thread-safe.
 */
@NullMarked
package dev.midstream.agent.state;

import org.jspecify.annotations.NullMarked;
