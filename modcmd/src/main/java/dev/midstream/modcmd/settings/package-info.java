/**
 * Settings as they stand in a configuration file: a tree of nodes that know their place, and a list
 * of problems that name it. Agents read their own settings from here; the program reads the rest.
 *
 * <p>Read at the start by one thread; what agents make of it is theirs to make immutable.
 */
@NullMarked
package dev.midstream.modcmd.settings;

import org.jspecify.annotations.NullMarked;
