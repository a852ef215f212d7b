/**
 * Patterns over octets: regular expressions whose matches have a bounded length.
 *
 * <p>Place on the path: inside agents. {@link dev.midstream.modcmd.search.pattern.OctetPattern} is
 * the entry. A text is parsed to a {@link dev.midstream.modcmd.search.pattern.Node}, compiled to a
 * {@link dev.midstream.modcmd.search.pattern.Program}, and that to a deterministic {@link
 * dev.midstream.modcmd.search.pattern.Automaton}, whose tables alone are used for packets.
 *
 * <p>Patterns are immutable and may be shared by threads. Size and time of each step are limited;
 * beyond a limit a pattern is refused.
 */
@NullMarked
package dev.midstream.modcmd.search.pattern;

import org.jspecify.annotations.NullMarked;
