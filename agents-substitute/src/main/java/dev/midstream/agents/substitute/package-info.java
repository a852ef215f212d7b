/**
 * The agent that replaces strings: pairs of a find string and a replacement for each direction,
 * given by settings.
 *
 * <p>Place on the path: after delivery, before the command list. The agent knows no protocol and
 * keeps no state: octets that it must see again stay undecided. It must not search its own
 * replacements. Its decisions must not depend on where the stream is cut into packets.
 */
@NullMarked
package dev.midstream.agents.substitute;

import org.jspecify.annotations.NullMarked;
