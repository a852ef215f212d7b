/**
 * The agent that replaces strings: several pairs of a find string and its replacement for each
 * direction, chosen by settings alone.
 *
 * <p>Place on the path: after delivery, before the command list. It knows no protocol and keeps no
 * state: what it must see again it leaves undecided. It must not look at what it put in, and must
 * not let the cuts between packets change what it decides.
 */
@NullMarked
package dev.midstream.agents.substitute;

import org.jspecify.annotations.NullMarked;
